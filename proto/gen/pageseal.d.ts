import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace pageseal. */
export namespace pageseal {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a ClientFrame.
         * @deprecated Use pageseal.v1.ClientFrame.$Properties instead.
         */
        interface IClientFrame extends pageseal.v1.ClientFrame.$Properties {
        }

        /** Represents a ClientFrame. */
        class ClientFrame {

            /**
             * Constructs a new ClientFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.ClientFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ClientFrame requestId. */
            requestId: number;

            /** ClientFrame hello. */
            hello?: (pageseal.v1.Hello.$Properties|null);

            /** ClientFrame readPages. */
            readPages?: (pageseal.v1.ReadPages.$Properties|null);

            /** ClientFrame readNodes. */
            readNodes?: (pageseal.v1.ReadNodes.$Properties|null);

            /** ClientFrame describe. */
            describe?: (pageseal.v1.Describe.$Properties|null);

            /** ClientFrame walk. */
            walk?: (pageseal.v1.Walk.$Properties|null);

            /** ClientFrame getStatement. */
            getStatement?: (pageseal.v1.GetStatement.$Properties|null);

            /** ClientFrame watch. */
            watch?: (pageseal.v1.Watch.$Properties|null);

            /** ClientFrame cancel. */
            cancel?: (pageseal.v1.Cancel.$Properties|null);

            /** ClientFrame ping. */
            ping?: (pageseal.v1.Ping.$Properties|null);

            /** ClientFrame body. */
            body?: ("hello"|"readPages"|"readNodes"|"describe"|"walk"|"getStatement"|"watch"|"cancel"|"ping");

            /**
             * Encodes the specified ClientFrame message. Does not implicitly {@link pageseal.v1.ClientFrame.verify|verify} messages.
             * @param message ClientFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.ClientFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ClientFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.ClientFrame & pageseal.v1.ClientFrame.$Shape} ClientFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.ClientFrame & pageseal.v1.ClientFrame.$Shape;
        }

        namespace ClientFrame {

            /** Properties of a ClientFrame. */
            interface $Properties {

                /** ClientFrame requestId */
                requestId?: (number|null);

                /** ClientFrame hello */
                hello?: (pageseal.v1.Hello.$Properties|null);

                /** ClientFrame readPages */
                readPages?: (pageseal.v1.ReadPages.$Properties|null);

                /** ClientFrame readNodes */
                readNodes?: (pageseal.v1.ReadNodes.$Properties|null);

                /** ClientFrame describe */
                describe?: (pageseal.v1.Describe.$Properties|null);

                /** ClientFrame walk */
                walk?: (pageseal.v1.Walk.$Properties|null);

                /** ClientFrame getStatement */
                getStatement?: (pageseal.v1.GetStatement.$Properties|null);

                /** ClientFrame watch */
                watch?: (pageseal.v1.Watch.$Properties|null);

                /** ClientFrame cancel */
                cancel?: (pageseal.v1.Cancel.$Properties|null);

                /** ClientFrame ping */
                ping?: (pageseal.v1.Ping.$Properties|null);

                /** ClientFrame body */
                body?: ("hello"|"readPages"|"readNodes"|"describe"|"walk"|"getStatement"|"watch"|"cancel"|"ping");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a ClientFrame. */
            type $Shape = {
              requestId?: number|null;
              hello?: pageseal.v1.Hello.$Shape|null;
              readPages?: pageseal.v1.ReadPages.$Shape|null;
              readNodes?: pageseal.v1.ReadNodes.$Shape|null;
              describe?: pageseal.v1.Describe.$Shape|null;
              walk?: pageseal.v1.Walk.$Shape|null;
              getStatement?: pageseal.v1.GetStatement.$Shape|null;
              watch?: pageseal.v1.Watch.$Shape|null;
              cancel?: pageseal.v1.Cancel.$Shape|null;
              ping?: pageseal.v1.Ping.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "hello"; hello: pageseal.v1.Hello.$Shape; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "readPages"; hello?: null; readPages: pageseal.v1.ReadPages.$Shape; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "readNodes"; hello?: null; readPages?: null; readNodes: pageseal.v1.ReadNodes.$Shape; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "describe"; hello?: null; readPages?: null; readNodes?: null; describe: pageseal.v1.Describe.$Shape; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "walk"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk: pageseal.v1.Walk.$Shape; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "getStatement"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement: pageseal.v1.GetStatement.$Shape; watch?: null; cancel?: null; ping?: null }|{ body?: "watch"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch: pageseal.v1.Watch.$Shape; cancel?: null; ping?: null }|{ body?: "cancel"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel: pageseal.v1.Cancel.$Shape; ping?: null }|{ body?: "ping"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping: pageseal.v1.Ping.$Shape })
            );
        }

        /**
         * Properties of a ServerFrame.
         * @deprecated Use pageseal.v1.ServerFrame.$Properties instead.
         */
        interface IServerFrame extends pageseal.v1.ServerFrame.$Properties {
        }

        /** Represents a ServerFrame. */
        class ServerFrame {

            /**
             * Constructs a new ServerFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.ServerFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ServerFrame requestId. */
            requestId: number;

            /** ServerFrame welcome. */
            welcome?: (pageseal.v1.Welcome.$Properties|null);

            /** ServerFrame pages. */
            pages?: (pageseal.v1.Pages.$Properties|null);

            /** ServerFrame nodes. */
            nodes?: (pageseal.v1.Nodes.$Properties|null);

            /** ServerFrame descriptor. */
            descriptor?: (pageseal.v1.Descriptor.$Properties|null);

            /** ServerFrame steps. */
            steps?: (pageseal.v1.Steps.$Properties|null);

            /** ServerFrame statement. */
            statement?: (pageseal.v1.Statement.$Properties|null);

            /** ServerFrame pong. */
            pong?: (pageseal.v1.Pong.$Properties|null);

            /** ServerFrame error. */
            error?: (pageseal.v1.Error.$Properties|null);

            /** ServerFrame goAway. */
            goAway?: (pageseal.v1.GoAway.$Properties|null);

            /** ServerFrame body. */
            body?: ("welcome"|"pages"|"nodes"|"descriptor"|"steps"|"statement"|"pong"|"error"|"goAway");

            /**
             * Encodes the specified ServerFrame message. Does not implicitly {@link pageseal.v1.ServerFrame.verify|verify} messages.
             * @param message ServerFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.ServerFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ServerFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.ServerFrame & pageseal.v1.ServerFrame.$Shape} ServerFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.ServerFrame & pageseal.v1.ServerFrame.$Shape;
        }

        namespace ServerFrame {

            /** Properties of a ServerFrame. */
            interface $Properties {

                /** ServerFrame requestId */
                requestId?: (number|null);

                /** ServerFrame welcome */
                welcome?: (pageseal.v1.Welcome.$Properties|null);

                /** ServerFrame pages */
                pages?: (pageseal.v1.Pages.$Properties|null);

                /** ServerFrame nodes */
                nodes?: (pageseal.v1.Nodes.$Properties|null);

                /** ServerFrame descriptor */
                descriptor?: (pageseal.v1.Descriptor.$Properties|null);

                /** ServerFrame steps */
                steps?: (pageseal.v1.Steps.$Properties|null);

                /** ServerFrame statement */
                statement?: (pageseal.v1.Statement.$Properties|null);

                /** ServerFrame pong */
                pong?: (pageseal.v1.Pong.$Properties|null);

                /** ServerFrame error */
                error?: (pageseal.v1.Error.$Properties|null);

                /** ServerFrame goAway */
                goAway?: (pageseal.v1.GoAway.$Properties|null);

                /** ServerFrame body */
                body?: ("welcome"|"pages"|"nodes"|"descriptor"|"steps"|"statement"|"pong"|"error"|"goAway");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a ServerFrame. */
            type $Shape = {
              requestId?: number|null;
              welcome?: pageseal.v1.Welcome.$Shape|null;
              pages?: pageseal.v1.Pages.$Shape|null;
              nodes?: pageseal.v1.Nodes.$Shape|null;
              descriptor?: pageseal.v1.Descriptor.$Shape|null;
              steps?: pageseal.v1.Steps.$Shape|null;
              statement?: pageseal.v1.Statement.$Shape|null;
              pong?: pageseal.v1.Pong.$Shape|null;
              error?: pageseal.v1.Error.$Shape|null;
              goAway?: pageseal.v1.GoAway.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "welcome"; welcome: pageseal.v1.Welcome.$Shape; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "pages"; welcome?: null; pages: pageseal.v1.Pages.$Shape; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "nodes"; welcome?: null; pages?: null; nodes: pageseal.v1.Nodes.$Shape; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "descriptor"; welcome?: null; pages?: null; nodes?: null; descriptor: pageseal.v1.Descriptor.$Shape; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "steps"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps: pageseal.v1.Steps.$Shape; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "statement"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement: pageseal.v1.Statement.$Shape; pong?: null; error?: null; goAway?: null }|{ body?: "pong"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong: pageseal.v1.Pong.$Shape; error?: null; goAway?: null }|{ body?: "error"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error: pageseal.v1.Error.$Shape; goAway?: null }|{ body?: "goAway"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway: pageseal.v1.GoAway.$Shape })
            );
        }

        /**
         * Properties of a Hello.
         * @deprecated Use pageseal.v1.Hello.$Properties instead.
         */
        interface IHello extends pageseal.v1.Hello.$Properties {
        }

        /** Represents a Hello. */
        class Hello {

            /**
             * Constructs a new Hello.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Hello.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Hello message. Does not implicitly {@link pageseal.v1.Hello.verify|verify} messages.
             * @param message Hello message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Hello & pageseal.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Hello & pageseal.v1.Hello.$Shape;
        }

        namespace Hello {

            /** Properties of a Hello. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hello. */
            type $Shape = pageseal.v1.Hello.$Properties;
        }

        /**
         * Properties of a Welcome.
         * @deprecated Use pageseal.v1.Welcome.$Properties instead.
         */
        interface IWelcome extends pageseal.v1.Welcome.$Properties {
        }

        /** Represents a Welcome. */
        class Welcome {

            /**
             * Constructs a new Welcome.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Welcome.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Welcome maxFrameBytes. */
            maxFrameBytes: number;

            /** Welcome maxOutstandingBytes. */
            maxOutstandingBytes: number;

            /** Welcome maxOutstandingRequests. */
            maxOutstandingRequests: number;

            /** Welcome statement. */
            statement: Uint8Array;

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link pageseal.v1.Welcome.verify|verify} messages.
             * @param message Welcome message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Welcome & pageseal.v1.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Welcome & pageseal.v1.Welcome.$Shape;
        }

        namespace Welcome {

            /** Properties of a Welcome. */
            interface $Properties {

                /** Welcome maxFrameBytes */
                maxFrameBytes?: (number|null);

                /** Welcome maxOutstandingBytes */
                maxOutstandingBytes?: (number|null);

                /** Welcome maxOutstandingRequests */
                maxOutstandingRequests?: (number|null);

                /** Welcome statement */
                statement?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Welcome. */
            type $Shape = pageseal.v1.Welcome.$Properties;
        }

        /**
         * Properties of a ReadPages.
         * @deprecated Use pageseal.v1.ReadPages.$Properties instead.
         */
        interface IReadPages extends pageseal.v1.ReadPages.$Properties {
        }

        /** Represents a ReadPages. */
        class ReadPages {

            /**
             * Constructs a new ReadPages.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.ReadPages.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReadPages object. */
            object: Uint8Array;

            /** ReadPages first. */
            first: number;

            /** ReadPages count. */
            count: number;

            /** ReadPages anchorLevel. */
            anchorLevel: number;

            /**
             * Encodes the specified ReadPages message. Does not implicitly {@link pageseal.v1.ReadPages.verify|verify} messages.
             * @param message ReadPages message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.ReadPages.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReadPages message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.ReadPages & pageseal.v1.ReadPages.$Shape} ReadPages
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.ReadPages & pageseal.v1.ReadPages.$Shape;
        }

        namespace ReadPages {

            /** Properties of a ReadPages. */
            interface $Properties {

                /** ReadPages object */
                object?: (Uint8Array|null);

                /** ReadPages first */
                first?: (number|null);

                /** ReadPages count */
                count?: (number|null);

                /** ReadPages anchorLevel */
                anchorLevel?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReadPages. */
            type $Shape = pageseal.v1.ReadPages.$Properties;
        }

        /**
         * Properties of a Pages.
         * @deprecated Use pageseal.v1.Pages.$Properties instead.
         */
        interface IPages extends pageseal.v1.Pages.$Properties {
        }

        /** Represents a Pages. */
        class Pages {

            /**
             * Constructs a new Pages.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Pages.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Pages siblings. */
            siblings: Uint8Array;

            /** Pages data. */
            data: Uint8Array;

            /**
             * Encodes the specified Pages message. Does not implicitly {@link pageseal.v1.Pages.verify|verify} messages.
             * @param message Pages message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Pages.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Pages message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Pages & pageseal.v1.Pages.$Shape} Pages
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Pages & pageseal.v1.Pages.$Shape;
        }

        namespace Pages {

            /** Properties of a Pages. */
            interface $Properties {

                /** Pages siblings */
                siblings?: (Uint8Array|null);

                /** Pages data */
                data?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Pages. */
            type $Shape = pageseal.v1.Pages.$Properties;
        }

        /**
         * Properties of a ReadNodes.
         * @deprecated Use pageseal.v1.ReadNodes.$Properties instead.
         */
        interface IReadNodes extends pageseal.v1.ReadNodes.$Properties {
        }

        /** Represents a ReadNodes. */
        class ReadNodes {

            /**
             * Constructs a new ReadNodes.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.ReadNodes.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReadNodes object. */
            object: Uint8Array;

            /** ReadNodes level. */
            level: number;

            /** ReadNodes first. */
            first: number;

            /** ReadNodes count. */
            count: number;

            /** ReadNodes anchorLevel. */
            anchorLevel: number;

            /**
             * Encodes the specified ReadNodes message. Does not implicitly {@link pageseal.v1.ReadNodes.verify|verify} messages.
             * @param message ReadNodes message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.ReadNodes.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReadNodes message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.ReadNodes & pageseal.v1.ReadNodes.$Shape} ReadNodes
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.ReadNodes & pageseal.v1.ReadNodes.$Shape;
        }

        namespace ReadNodes {

            /** Properties of a ReadNodes. */
            interface $Properties {

                /** ReadNodes object */
                object?: (Uint8Array|null);

                /** ReadNodes level */
                level?: (number|null);

                /** ReadNodes first */
                first?: (number|null);

                /** ReadNodes count */
                count?: (number|null);

                /** ReadNodes anchorLevel */
                anchorLevel?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReadNodes. */
            type $Shape = pageseal.v1.ReadNodes.$Properties;
        }

        /**
         * Properties of a Nodes.
         * @deprecated Use pageseal.v1.Nodes.$Properties instead.
         */
        interface INodes extends pageseal.v1.Nodes.$Properties {
        }

        /** Represents a Nodes. */
        class Nodes {

            /**
             * Constructs a new Nodes.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Nodes.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Nodes siblings. */
            siblings: Uint8Array;

            /** Nodes nodes. */
            nodes: Uint8Array;

            /**
             * Encodes the specified Nodes message. Does not implicitly {@link pageseal.v1.Nodes.verify|verify} messages.
             * @param message Nodes message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Nodes.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Nodes message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Nodes & pageseal.v1.Nodes.$Shape} Nodes
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Nodes & pageseal.v1.Nodes.$Shape;
        }

        namespace Nodes {

            /** Properties of a Nodes. */
            interface $Properties {

                /** Nodes siblings */
                siblings?: (Uint8Array|null);

                /** Nodes nodes */
                nodes?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Nodes. */
            type $Shape = pageseal.v1.Nodes.$Properties;
        }

        /**
         * Properties of a Describe.
         * @deprecated Use pageseal.v1.Describe.$Properties instead.
         */
        interface IDescribe extends pageseal.v1.Describe.$Properties {
        }

        /** Represents a Describe. */
        class Describe {

            /**
             * Constructs a new Describe.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Describe.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Describe object. */
            object?: (Uint8Array|null);

            /** Describe fsverityDigest. */
            fsverityDigest?: (Uint8Array|null);

            /** Describe of. */
            of?: ("object"|"fsverityDigest");

            /**
             * Encodes the specified Describe message. Does not implicitly {@link pageseal.v1.Describe.verify|verify} messages.
             * @param message Describe message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Describe.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Describe message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Describe & pageseal.v1.Describe.$Shape} Describe
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Describe & pageseal.v1.Describe.$Shape;
        }

        namespace Describe {

            /** Properties of a Describe. */
            interface $Properties {

                /** Describe object */
                object?: (Uint8Array|null);

                /** Describe fsverityDigest */
                fsverityDigest?: (Uint8Array|null);

                /** Describe of */
                of?: ("object"|"fsverityDigest");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Describe. */
            type $Shape = {
              object?: Uint8Array|null;
              fsverityDigest?: Uint8Array|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ of?: undefined; object?: null; fsverityDigest?: null }|{ of?: "object"; object: Uint8Array; fsverityDigest?: null }|{ of?: "fsverityDigest"; object?: null; fsverityDigest: Uint8Array })
            );
        }

        /**
         * Properties of a Descriptor.
         * @deprecated Use pageseal.v1.Descriptor.$Properties instead.
         */
        interface IDescriptor extends pageseal.v1.Descriptor.$Properties {
        }

        /** Represents a Descriptor. */
        class Descriptor {

            /**
             * Constructs a new Descriptor.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Descriptor.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Descriptor descriptor. */
            descriptor: Uint8Array;

            /**
             * Encodes the specified Descriptor message. Does not implicitly {@link pageseal.v1.Descriptor.verify|verify} messages.
             * @param message Descriptor message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Descriptor.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Descriptor message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Descriptor & pageseal.v1.Descriptor.$Shape} Descriptor
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Descriptor & pageseal.v1.Descriptor.$Shape;
        }

        namespace Descriptor {

            /** Properties of a Descriptor. */
            interface $Properties {

                /** Descriptor descriptor */
                descriptor?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Descriptor. */
            type $Shape = pageseal.v1.Descriptor.$Properties;
        }

        /**
         * Properties of a Walk.
         * @deprecated Use pageseal.v1.Walk.$Properties instead.
         */
        interface IWalk extends pageseal.v1.Walk.$Properties {
        }

        /** Represents a Walk. */
        class Walk {

            /**
             * Constructs a new Walk.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Walk.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Walk object. */
            object: Uint8Array;

            /** Walk path. */
            path: Uint8Array;

            /** Walk room. */
            room: number;

            /**
             * Encodes the specified Walk message. Does not implicitly {@link pageseal.v1.Walk.verify|verify} messages.
             * @param message Walk message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Walk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Walk message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Walk & pageseal.v1.Walk.$Shape} Walk
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Walk & pageseal.v1.Walk.$Shape;
        }

        namespace Walk {

            /** Properties of a Walk. */
            interface $Properties {

                /** Walk object */
                object?: (Uint8Array|null);

                /** Walk path */
                path?: (Uint8Array|null);

                /** Walk room */
                room?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Walk. */
            type $Shape = pageseal.v1.Walk.$Properties;
        }

        /**
         * Properties of a Steps.
         * @deprecated Use pageseal.v1.Steps.$Properties instead.
         */
        interface ISteps extends pageseal.v1.Steps.$Properties {
        }

        /** Represents a Steps. */
        class Steps {

            /**
             * Constructs a new Steps.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Steps.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Steps pages. */
            pages: Uint8Array;

            /** Steps siblings. */
            siblings: Uint8Array;

            /** Steps data. */
            data: Uint8Array;

            /**
             * Encodes the specified Steps message. Does not implicitly {@link pageseal.v1.Steps.verify|verify} messages.
             * @param message Steps message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Steps.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Steps message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Steps & pageseal.v1.Steps.$Shape} Steps
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Steps & pageseal.v1.Steps.$Shape;
        }

        namespace Steps {

            /** Properties of a Steps. */
            interface $Properties {

                /** Steps pages */
                pages?: (Uint8Array|null);

                /** Steps siblings */
                siblings?: (Uint8Array|null);

                /** Steps data */
                data?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Steps. */
            type $Shape = pageseal.v1.Steps.$Properties;
        }

        /**
         * Properties of a GetStatement.
         * @deprecated Use pageseal.v1.GetStatement.$Properties instead.
         */
        interface IGetStatement extends pageseal.v1.GetStatement.$Properties {
        }

        /** Represents a GetStatement. */
        class GetStatement {

            /**
             * Constructs a new GetStatement.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.GetStatement.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetStatement version. */
            version: string;

            /**
             * Encodes the specified GetStatement message. Does not implicitly {@link pageseal.v1.GetStatement.verify|verify} messages.
             * @param message GetStatement message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.GetStatement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetStatement message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.GetStatement & pageseal.v1.GetStatement.$Shape} GetStatement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.GetStatement & pageseal.v1.GetStatement.$Shape;
        }

        namespace GetStatement {

            /** Properties of a GetStatement. */
            interface $Properties {

                /** GetStatement version */
                version?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetStatement. */
            type $Shape = pageseal.v1.GetStatement.$Properties;
        }

        /**
         * Properties of a Statement.
         * @deprecated Use pageseal.v1.Statement.$Properties instead.
         */
        interface IStatement extends pageseal.v1.Statement.$Properties {
        }

        /** Represents a Statement. */
        class Statement {

            /**
             * Constructs a new Statement.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Statement.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Statement statement. */
            statement: Uint8Array;

            /**
             * Encodes the specified Statement message. Does not implicitly {@link pageseal.v1.Statement.verify|verify} messages.
             * @param message Statement message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Statement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Statement message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Statement & pageseal.v1.Statement.$Shape} Statement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Statement & pageseal.v1.Statement.$Shape;
        }

        namespace Statement {

            /** Properties of a Statement. */
            interface $Properties {

                /** Statement statement */
                statement?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Statement. */
            type $Shape = pageseal.v1.Statement.$Properties;
        }

        /**
         * Properties of a Watch.
         * @deprecated Use pageseal.v1.Watch.$Properties instead.
         */
        interface IWatch extends pageseal.v1.Watch.$Properties {
        }

        /** Represents a Watch. */
        class Watch {

            /**
             * Constructs a new Watch.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Watch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Watch message. Does not implicitly {@link pageseal.v1.Watch.verify|verify} messages.
             * @param message Watch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Watch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Watch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Watch & pageseal.v1.Watch.$Shape} Watch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Watch & pageseal.v1.Watch.$Shape;
        }

        namespace Watch {

            /** Properties of a Watch. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Watch. */
            type $Shape = pageseal.v1.Watch.$Properties;
        }

        /**
         * Properties of a Cancel.
         * @deprecated Use pageseal.v1.Cancel.$Properties instead.
         */
        interface ICancel extends pageseal.v1.Cancel.$Properties {
        }

        /** Represents a Cancel. */
        class Cancel {

            /**
             * Constructs a new Cancel.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Cancel.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Cancel message. Does not implicitly {@link pageseal.v1.Cancel.verify|verify} messages.
             * @param message Cancel message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Cancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Cancel message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Cancel & pageseal.v1.Cancel.$Shape} Cancel
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Cancel & pageseal.v1.Cancel.$Shape;
        }

        namespace Cancel {

            /** Properties of a Cancel. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Cancel. */
            type $Shape = pageseal.v1.Cancel.$Properties;
        }

        /**
         * Properties of a Ping.
         * @deprecated Use pageseal.v1.Ping.$Properties instead.
         */
        interface IPing extends pageseal.v1.Ping.$Properties {
        }

        /** Represents a Ping. */
        class Ping {

            /**
             * Constructs a new Ping.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Ping.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Ping message. Does not implicitly {@link pageseal.v1.Ping.verify|verify} messages.
             * @param message Ping message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Ping.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Ping message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Ping & pageseal.v1.Ping.$Shape} Ping
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Ping & pageseal.v1.Ping.$Shape;
        }

        namespace Ping {

            /** Properties of a Ping. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Ping. */
            type $Shape = pageseal.v1.Ping.$Properties;
        }

        /**
         * Properties of a Pong.
         * @deprecated Use pageseal.v1.Pong.$Properties instead.
         */
        interface IPong extends pageseal.v1.Pong.$Properties {
        }

        /** Represents a Pong. */
        class Pong {

            /**
             * Constructs a new Pong.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Pong.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Pong message. Does not implicitly {@link pageseal.v1.Pong.verify|verify} messages.
             * @param message Pong message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Pong.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Pong message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Pong & pageseal.v1.Pong.$Shape} Pong
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Pong & pageseal.v1.Pong.$Shape;
        }

        namespace Pong {

            /** Properties of a Pong. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Pong. */
            type $Shape = pageseal.v1.Pong.$Properties;
        }

        /** ErrorCode enum. */
        enum ErrorCode {

            /** INTERNAL value */
            INTERNAL = 0,

            /** UNKNOWN_OBJECT value */
            UNKNOWN_OBJECT = 1,

            /** BAD_REQUEST value */
            BAD_REQUEST = 2,

            /** TOO_LARGE value */
            TOO_LARGE = 3,

            /** BUSY value */
            BUSY = 4,

            /** CHANGED value */
            CHANGED = 5,

            /** GONE value */
            GONE = 6,

            /** STORAGE value */
            STORAGE = 7,

            /** CANCELLED value */
            CANCELLED = 8
        }

        /**
         * Properties of an Error.
         * @deprecated Use pageseal.v1.Error.$Properties instead.
         */
        interface IError extends pageseal.v1.Error.$Properties {
        }

        /** Represents an Error. */
        class Error {

            /**
             * Constructs a new Error.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.Error.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Error code. */
            code: pageseal.v1.ErrorCode;

            /** Error message. */
            message: string;

            /** Error retryAfterMs. */
            retryAfterMs: number;

            /**
             * Encodes the specified Error message. Does not implicitly {@link pageseal.v1.Error.verify|verify} messages.
             * @param message Error message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.Error.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Error message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.Error & pageseal.v1.Error.$Shape} Error
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.Error & pageseal.v1.Error.$Shape;
        }

        namespace Error {

            /** Properties of an Error. */
            interface $Properties {

                /** Error code */
                code?: (pageseal.v1.ErrorCode|null);

                /** Error message */
                message?: (string|null);

                /** Error retryAfterMs */
                retryAfterMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Error. */
            type $Shape = pageseal.v1.Error.$Properties;
        }

        /**
         * Properties of a GoAway.
         * @deprecated Use pageseal.v1.GoAway.$Properties instead.
         */
        interface IGoAway extends pageseal.v1.GoAway.$Properties {
        }

        /** Represents a GoAway. */
        class GoAway {

            /**
             * Constructs a new GoAway.
             * @param [properties] Properties to set
             */
            constructor(properties?: pageseal.v1.GoAway.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified GoAway message. Does not implicitly {@link pageseal.v1.GoAway.verify|verify} messages.
             * @param message GoAway message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: pageseal.v1.GoAway.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GoAway message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {pageseal.v1.GoAway & pageseal.v1.GoAway.$Shape} GoAway
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pageseal.v1.GoAway & pageseal.v1.GoAway.$Shape;
        }

        namespace GoAway {

            /** Properties of a GoAway. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GoAway. */
            type $Shape = pageseal.v1.GoAway.$Properties;
        }
    }
}
