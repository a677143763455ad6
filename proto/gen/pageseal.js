/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["pageseal"] || ($protobuf.roots["pageseal"] = {});

export const pageseal = $root.pageseal = (() => {

    /**
     * Namespace pageseal.
     * @exports pageseal
     * @namespace
     */
    const pageseal = {};

    pageseal.v1 = (function() {

        /**
         * Namespace v1.
         * @memberof pageseal
         * @namespace
         */
        const v1 = {};

        v1.ClientFrame = (function() {

            /**
             * Properties of a ClientFrame.
             * @typedef {Object} pageseal.v1.ClientFrame.$Properties
             * @property {number|null} [requestId] ClientFrame requestId
             * @property {pageseal.v1.Hello.$Properties|null} [hello] ClientFrame hello
             * @property {pageseal.v1.ReadPages.$Properties|null} [readPages] ClientFrame readPages
             * @property {pageseal.v1.ReadNodes.$Properties|null} [readNodes] ClientFrame readNodes
             * @property {pageseal.v1.Describe.$Properties|null} [describe] ClientFrame describe
             * @property {pageseal.v1.Walk.$Properties|null} [walk] ClientFrame walk
             * @property {pageseal.v1.GetStatement.$Properties|null} [getStatement] ClientFrame getStatement
             * @property {pageseal.v1.Watch.$Properties|null} [watch] ClientFrame watch
             * @property {pageseal.v1.Cancel.$Properties|null} [cancel] ClientFrame cancel
             * @property {pageseal.v1.Ping.$Properties|null} [ping] ClientFrame ping
             * @property {"hello"|"readPages"|"readNodes"|"describe"|"walk"|"getStatement"|"watch"|"cancel"|"ping"} [body] ClientFrame body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ClientFrame.
             * @memberof pageseal.v1
             * @interface IClientFrame
             * @augments pageseal.v1.ClientFrame.$Properties
             * @deprecated Use pageseal.v1.ClientFrame.$Properties instead.
             */

            /**
             * Narrowed shape of a ClientFrame.
             * @typedef {{
             *   requestId?: number|null;
             *   hello?: pageseal.v1.Hello.$Shape|null;
             *   readPages?: pageseal.v1.ReadPages.$Shape|null;
             *   readNodes?: pageseal.v1.ReadNodes.$Shape|null;
             *   describe?: pageseal.v1.Describe.$Shape|null;
             *   walk?: pageseal.v1.Walk.$Shape|null;
             *   getStatement?: pageseal.v1.GetStatement.$Shape|null;
             *   watch?: pageseal.v1.Watch.$Shape|null;
             *   cancel?: pageseal.v1.Cancel.$Shape|null;
             *   ping?: pageseal.v1.Ping.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ body?: undefined; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "hello"; hello: pageseal.v1.Hello.$Shape; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "readPages"; hello?: null; readPages: pageseal.v1.ReadPages.$Shape; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "readNodes"; hello?: null; readPages?: null; readNodes: pageseal.v1.ReadNodes.$Shape; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "describe"; hello?: null; readPages?: null; readNodes?: null; describe: pageseal.v1.Describe.$Shape; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "walk"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk: pageseal.v1.Walk.$Shape; getStatement?: null; watch?: null; cancel?: null; ping?: null }|{ body?: "getStatement"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement: pageseal.v1.GetStatement.$Shape; watch?: null; cancel?: null; ping?: null }|{ body?: "watch"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch: pageseal.v1.Watch.$Shape; cancel?: null; ping?: null }|{ body?: "cancel"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel: pageseal.v1.Cancel.$Shape; ping?: null }|{ body?: "ping"; hello?: null; readPages?: null; readNodes?: null; describe?: null; walk?: null; getStatement?: null; watch?: null; cancel?: null; ping: pageseal.v1.Ping.$Shape })
             * )} pageseal.v1.ClientFrame.$Shape
             */

            /**
             * Constructs a new ClientFrame.
             * @memberof pageseal.v1
             * @classdesc Represents a ClientFrame.
             * @constructor
             * @param {pageseal.v1.ClientFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ClientFrame = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ClientFrame requestId.
             * @member {number} requestId
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.requestId = 0;

            /**
             * ClientFrame hello.
             * @member {pageseal.v1.Hello.$Properties|null|undefined} hello
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.hello = null;

            /**
             * ClientFrame readPages.
             * @member {pageseal.v1.ReadPages.$Properties|null|undefined} readPages
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.readPages = null;

            /**
             * ClientFrame readNodes.
             * @member {pageseal.v1.ReadNodes.$Properties|null|undefined} readNodes
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.readNodes = null;

            /**
             * ClientFrame describe.
             * @member {pageseal.v1.Describe.$Properties|null|undefined} describe
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.describe = null;

            /**
             * ClientFrame walk.
             * @member {pageseal.v1.Walk.$Properties|null|undefined} walk
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.walk = null;

            /**
             * ClientFrame getStatement.
             * @member {pageseal.v1.GetStatement.$Properties|null|undefined} getStatement
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.getStatement = null;

            /**
             * ClientFrame watch.
             * @member {pageseal.v1.Watch.$Properties|null|undefined} watch
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.watch = null;

            /**
             * ClientFrame cancel.
             * @member {pageseal.v1.Cancel.$Properties|null|undefined} cancel
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.cancel = null;

            /**
             * ClientFrame ping.
             * @member {pageseal.v1.Ping.$Properties|null|undefined} ping
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            ClientFrame.prototype.ping = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * ClientFrame body.
             * @member {"hello"|"readPages"|"readNodes"|"describe"|"walk"|"getStatement"|"watch"|"cancel"|"ping"|undefined} body
             * @memberof pageseal.v1.ClientFrame
             * @instance
             */
            $Object.defineProperty(ClientFrame.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["hello", "readPages", "readNodes", "describe", "walk", "getStatement", "watch", "cancel", "ping"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified ClientFrame message. Does not implicitly {@link pageseal.v1.ClientFrame.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.ClientFrame
             * @static
             * @param {pageseal.v1.ClientFrame.$Properties} message ClientFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ClientFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.requestId);
                if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                    $root.pageseal.v1.Hello.encode(message.hello, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.readPages != null && $Object.hasOwnProperty.call(message, "readPages"))
                    $root.pageseal.v1.ReadPages.encode(message.readPages, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.readNodes != null && $Object.hasOwnProperty.call(message, "readNodes"))
                    $root.pageseal.v1.ReadNodes.encode(message.readNodes, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.describe != null && $Object.hasOwnProperty.call(message, "describe"))
                    $root.pageseal.v1.Describe.encode(message.describe, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.walk != null && $Object.hasOwnProperty.call(message, "walk"))
                    $root.pageseal.v1.Walk.encode(message.walk, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.getStatement != null && $Object.hasOwnProperty.call(message, "getStatement"))
                    $root.pageseal.v1.GetStatement.encode(message.getStatement, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.watch != null && $Object.hasOwnProperty.call(message, "watch"))
                    $root.pageseal.v1.Watch.encode(message.watch, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel"))
                    $root.pageseal.v1.Cancel.encode(message.cancel, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.ping != null && $Object.hasOwnProperty.call(message, "ping"))
                    $root.pageseal.v1.Ping.encode(message.ping, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ClientFrame message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.ClientFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.ClientFrame & pageseal.v1.ClientFrame.$Shape} ClientFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ClientFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.ClientFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.requestId = value;
                            else
                                delete message.requestId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.hello = $root.pageseal.v1.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                            message.body = "hello";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.readPages = $root.pageseal.v1.ReadPages.decode(reader, reader.size(), $undefined, _depth + 1, message.readPages);
                            message.body = "readPages";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.readNodes = $root.pageseal.v1.ReadNodes.decode(reader, reader.size(), $undefined, _depth + 1, message.readNodes);
                            message.body = "readNodes";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.describe = $root.pageseal.v1.Describe.decode(reader, reader.size(), $undefined, _depth + 1, message.describe);
                            message.body = "describe";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.walk = $root.pageseal.v1.Walk.decode(reader, reader.size(), $undefined, _depth + 1, message.walk);
                            message.body = "walk";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.getStatement = $root.pageseal.v1.GetStatement.decode(reader, reader.size(), $undefined, _depth + 1, message.getStatement);
                            message.body = "getStatement";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.watch = $root.pageseal.v1.Watch.decode(reader, reader.size(), $undefined, _depth + 1, message.watch);
                            message.body = "watch";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.cancel = $root.pageseal.v1.Cancel.decode(reader, reader.size(), $undefined, _depth + 1, message.cancel);
                            message.body = "cancel";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.ping = $root.pageseal.v1.Ping.decode(reader, reader.size(), $undefined, _depth + 1, message.ping);
                            message.body = "ping";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ClientFrame;
        })();

        v1.ServerFrame = (function() {

            /**
             * Properties of a ServerFrame.
             * @typedef {Object} pageseal.v1.ServerFrame.$Properties
             * @property {number|null} [requestId] ServerFrame requestId
             * @property {pageseal.v1.Welcome.$Properties|null} [welcome] ServerFrame welcome
             * @property {pageseal.v1.Pages.$Properties|null} [pages] ServerFrame pages
             * @property {pageseal.v1.Nodes.$Properties|null} [nodes] ServerFrame nodes
             * @property {pageseal.v1.Descriptor.$Properties|null} [descriptor] ServerFrame descriptor
             * @property {pageseal.v1.Steps.$Properties|null} [steps] ServerFrame steps
             * @property {pageseal.v1.Statement.$Properties|null} [statement] ServerFrame statement
             * @property {pageseal.v1.Pong.$Properties|null} [pong] ServerFrame pong
             * @property {pageseal.v1.Error.$Properties|null} [error] ServerFrame error
             * @property {pageseal.v1.GoAway.$Properties|null} [goAway] ServerFrame goAway
             * @property {"welcome"|"pages"|"nodes"|"descriptor"|"steps"|"statement"|"pong"|"error"|"goAway"} [body] ServerFrame body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ServerFrame.
             * @memberof pageseal.v1
             * @interface IServerFrame
             * @augments pageseal.v1.ServerFrame.$Properties
             * @deprecated Use pageseal.v1.ServerFrame.$Properties instead.
             */

            /**
             * Narrowed shape of a ServerFrame.
             * @typedef {{
             *   requestId?: number|null;
             *   welcome?: pageseal.v1.Welcome.$Shape|null;
             *   pages?: pageseal.v1.Pages.$Shape|null;
             *   nodes?: pageseal.v1.Nodes.$Shape|null;
             *   descriptor?: pageseal.v1.Descriptor.$Shape|null;
             *   steps?: pageseal.v1.Steps.$Shape|null;
             *   statement?: pageseal.v1.Statement.$Shape|null;
             *   pong?: pageseal.v1.Pong.$Shape|null;
             *   error?: pageseal.v1.Error.$Shape|null;
             *   goAway?: pageseal.v1.GoAway.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ body?: undefined; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "welcome"; welcome: pageseal.v1.Welcome.$Shape; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "pages"; welcome?: null; pages: pageseal.v1.Pages.$Shape; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "nodes"; welcome?: null; pages?: null; nodes: pageseal.v1.Nodes.$Shape; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "descriptor"; welcome?: null; pages?: null; nodes?: null; descriptor: pageseal.v1.Descriptor.$Shape; steps?: null; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "steps"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps: pageseal.v1.Steps.$Shape; statement?: null; pong?: null; error?: null; goAway?: null }|{ body?: "statement"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement: pageseal.v1.Statement.$Shape; pong?: null; error?: null; goAway?: null }|{ body?: "pong"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong: pageseal.v1.Pong.$Shape; error?: null; goAway?: null }|{ body?: "error"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error: pageseal.v1.Error.$Shape; goAway?: null }|{ body?: "goAway"; welcome?: null; pages?: null; nodes?: null; descriptor?: null; steps?: null; statement?: null; pong?: null; error?: null; goAway: pageseal.v1.GoAway.$Shape })
             * )} pageseal.v1.ServerFrame.$Shape
             */

            /**
             * Constructs a new ServerFrame.
             * @memberof pageseal.v1
             * @classdesc Represents a ServerFrame.
             * @constructor
             * @param {pageseal.v1.ServerFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ServerFrame = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ServerFrame requestId.
             * @member {number} requestId
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.requestId = 0;

            /**
             * ServerFrame welcome.
             * @member {pageseal.v1.Welcome.$Properties|null|undefined} welcome
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.welcome = null;

            /**
             * ServerFrame pages.
             * @member {pageseal.v1.Pages.$Properties|null|undefined} pages
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.pages = null;

            /**
             * ServerFrame nodes.
             * @member {pageseal.v1.Nodes.$Properties|null|undefined} nodes
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.nodes = null;

            /**
             * ServerFrame descriptor.
             * @member {pageseal.v1.Descriptor.$Properties|null|undefined} descriptor
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.descriptor = null;

            /**
             * ServerFrame steps.
             * @member {pageseal.v1.Steps.$Properties|null|undefined} steps
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.steps = null;

            /**
             * ServerFrame statement.
             * @member {pageseal.v1.Statement.$Properties|null|undefined} statement
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.statement = null;

            /**
             * ServerFrame pong.
             * @member {pageseal.v1.Pong.$Properties|null|undefined} pong
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.pong = null;

            /**
             * ServerFrame error.
             * @member {pageseal.v1.Error.$Properties|null|undefined} error
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.error = null;

            /**
             * ServerFrame goAway.
             * @member {pageseal.v1.GoAway.$Properties|null|undefined} goAway
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            ServerFrame.prototype.goAway = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * ServerFrame body.
             * @member {"welcome"|"pages"|"nodes"|"descriptor"|"steps"|"statement"|"pong"|"error"|"goAway"|undefined} body
             * @memberof pageseal.v1.ServerFrame
             * @instance
             */
            $Object.defineProperty(ServerFrame.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["welcome", "pages", "nodes", "descriptor", "steps", "statement", "pong", "error", "goAway"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified ServerFrame message. Does not implicitly {@link pageseal.v1.ServerFrame.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.ServerFrame
             * @static
             * @param {pageseal.v1.ServerFrame.$Properties} message ServerFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ServerFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.requestId);
                if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                    $root.pageseal.v1.Welcome.encode(message.welcome, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.pages != null && $Object.hasOwnProperty.call(message, "pages"))
                    $root.pageseal.v1.Pages.encode(message.pages, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.nodes != null && $Object.hasOwnProperty.call(message, "nodes"))
                    $root.pageseal.v1.Nodes.encode(message.nodes, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.descriptor != null && $Object.hasOwnProperty.call(message, "descriptor"))
                    $root.pageseal.v1.Descriptor.encode(message.descriptor, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.steps != null && $Object.hasOwnProperty.call(message, "steps"))
                    $root.pageseal.v1.Steps.encode(message.steps, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement"))
                    $root.pageseal.v1.Statement.encode(message.statement, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.pong != null && $Object.hasOwnProperty.call(message, "pong"))
                    $root.pageseal.v1.Pong.encode(message.pong, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                    $root.pageseal.v1.Error.encode(message.error, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.goAway != null && $Object.hasOwnProperty.call(message, "goAway"))
                    $root.pageseal.v1.GoAway.encode(message.goAway, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ServerFrame message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.ServerFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.ServerFrame & pageseal.v1.ServerFrame.$Shape} ServerFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ServerFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.ServerFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.requestId = value;
                            else
                                delete message.requestId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.welcome = $root.pageseal.v1.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                            message.body = "welcome";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.pages = $root.pageseal.v1.Pages.decode(reader, reader.size(), $undefined, _depth + 1, message.pages);
                            message.body = "pages";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.nodes = $root.pageseal.v1.Nodes.decode(reader, reader.size(), $undefined, _depth + 1, message.nodes);
                            message.body = "nodes";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.descriptor = $root.pageseal.v1.Descriptor.decode(reader, reader.size(), $undefined, _depth + 1, message.descriptor);
                            message.body = "descriptor";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.steps = $root.pageseal.v1.Steps.decode(reader, reader.size(), $undefined, _depth + 1, message.steps);
                            message.body = "steps";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.statement = $root.pageseal.v1.Statement.decode(reader, reader.size(), $undefined, _depth + 1, message.statement);
                            message.body = "statement";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.pong = $root.pageseal.v1.Pong.decode(reader, reader.size(), $undefined, _depth + 1, message.pong);
                            message.body = "pong";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.error = $root.pageseal.v1.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                            message.body = "error";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.goAway = $root.pageseal.v1.GoAway.decode(reader, reader.size(), $undefined, _depth + 1, message.goAway);
                            message.body = "goAway";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ServerFrame;
        })();

        v1.Hello = (function() {

            /**
             * Properties of a Hello.
             * @typedef {Object} pageseal.v1.Hello.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Hello.
             * @memberof pageseal.v1
             * @interface IHello
             * @augments pageseal.v1.Hello.$Properties
             * @deprecated Use pageseal.v1.Hello.$Properties instead.
             */

            /**
             * Shape of a Hello.
             * @typedef {pageseal.v1.Hello.$Properties} pageseal.v1.Hello.$Shape
             */

            /**
             * Constructs a new Hello.
             * @memberof pageseal.v1
             * @classdesc Represents a Hello.
             * @constructor
             * @param {pageseal.v1.Hello.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Hello = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Encodes the specified Hello message. Does not implicitly {@link pageseal.v1.Hello.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Hello
             * @static
             * @param {pageseal.v1.Hello.$Properties} message Hello message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Hello.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Hello
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Hello & pageseal.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Hello.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Hello();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Hello;
        })();

        v1.Welcome = (function() {

            /**
             * Properties of a Welcome.
             * @typedef {Object} pageseal.v1.Welcome.$Properties
             * @property {number|null} [maxFrameBytes] Welcome maxFrameBytes
             * @property {number|null} [maxOutstandingBytes] Welcome maxOutstandingBytes
             * @property {number|null} [maxOutstandingRequests] Welcome maxOutstandingRequests
             * @property {Uint8Array|null} [statement] Welcome statement
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Welcome.
             * @memberof pageseal.v1
             * @interface IWelcome
             * @augments pageseal.v1.Welcome.$Properties
             * @deprecated Use pageseal.v1.Welcome.$Properties instead.
             */

            /**
             * Shape of a Welcome.
             * @typedef {pageseal.v1.Welcome.$Properties} pageseal.v1.Welcome.$Shape
             */

            /**
             * Constructs a new Welcome.
             * @memberof pageseal.v1
             * @classdesc Represents a Welcome.
             * @constructor
             * @param {pageseal.v1.Welcome.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Welcome = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Welcome maxFrameBytes.
             * @member {number} maxFrameBytes
             * @memberof pageseal.v1.Welcome
             * @instance
             */
            Welcome.prototype.maxFrameBytes = 0;

            /**
             * Welcome maxOutstandingBytes.
             * @member {number} maxOutstandingBytes
             * @memberof pageseal.v1.Welcome
             * @instance
             */
            Welcome.prototype.maxOutstandingBytes = 0;

            /**
             * Welcome maxOutstandingRequests.
             * @member {number} maxOutstandingRequests
             * @memberof pageseal.v1.Welcome
             * @instance
             */
            Welcome.prototype.maxOutstandingRequests = 0;

            /**
             * Welcome statement.
             * @member {Uint8Array} statement
             * @memberof pageseal.v1.Welcome
             * @instance
             */
            Welcome.prototype.statement = $util.newBuffer([]);

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link pageseal.v1.Welcome.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Welcome
             * @static
             * @param {pageseal.v1.Welcome.$Properties} message Welcome message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Welcome.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.maxFrameBytes != null && $Object.hasOwnProperty.call(message, "maxFrameBytes") && message.maxFrameBytes !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.maxFrameBytes);
                if (message.maxOutstandingBytes != null && $Object.hasOwnProperty.call(message, "maxOutstandingBytes") && message.maxOutstandingBytes !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.maxOutstandingBytes);
                if (message.maxOutstandingRequests != null && $Object.hasOwnProperty.call(message, "maxOutstandingRequests") && message.maxOutstandingRequests !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.maxOutstandingRequests);
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.statement);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Welcome
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Welcome & pageseal.v1.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Welcome.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Welcome();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxFrameBytes = value;
                            else
                                delete message.maxFrameBytes;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxOutstandingBytes = value;
                            else
                                delete message.maxOutstandingBytes;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxOutstandingRequests = value;
                            else
                                delete message.maxOutstandingRequests;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Welcome;
        })();

        v1.ReadPages = (function() {

            /**
             * Properties of a ReadPages.
             * @typedef {Object} pageseal.v1.ReadPages.$Properties
             * @property {Uint8Array|null} [object] ReadPages object
             * @property {number|null} [first] ReadPages first
             * @property {number|null} [count] ReadPages count
             * @property {number|null} [anchorLevel] ReadPages anchorLevel
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReadPages.
             * @memberof pageseal.v1
             * @interface IReadPages
             * @augments pageseal.v1.ReadPages.$Properties
             * @deprecated Use pageseal.v1.ReadPages.$Properties instead.
             */

            /**
             * Shape of a ReadPages.
             * @typedef {pageseal.v1.ReadPages.$Properties} pageseal.v1.ReadPages.$Shape
             */

            /**
             * Constructs a new ReadPages.
             * @memberof pageseal.v1
             * @classdesc Represents a ReadPages.
             * @constructor
             * @param {pageseal.v1.ReadPages.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReadPages = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReadPages object.
             * @member {Uint8Array} object
             * @memberof pageseal.v1.ReadPages
             * @instance
             */
            ReadPages.prototype.object = $util.newBuffer([]);

            /**
             * ReadPages first.
             * @member {number} first
             * @memberof pageseal.v1.ReadPages
             * @instance
             */
            ReadPages.prototype.first = 0;

            /**
             * ReadPages count.
             * @member {number} count
             * @memberof pageseal.v1.ReadPages
             * @instance
             */
            ReadPages.prototype.count = 0;

            /**
             * ReadPages anchorLevel.
             * @member {number} anchorLevel
             * @memberof pageseal.v1.ReadPages
             * @instance
             */
            ReadPages.prototype.anchorLevel = 0;

            /**
             * Encodes the specified ReadPages message. Does not implicitly {@link pageseal.v1.ReadPages.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.ReadPages
             * @static
             * @param {pageseal.v1.ReadPages.$Properties} message ReadPages message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReadPages.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.object != null && $Object.hasOwnProperty.call(message, "object") && message.object.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.object);
                if (message.first != null && $Object.hasOwnProperty.call(message, "first") && message.first !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.first);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.count);
                if (message.anchorLevel != null && $Object.hasOwnProperty.call(message, "anchorLevel") && message.anchorLevel !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.anchorLevel);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReadPages message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.ReadPages
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.ReadPages & pageseal.v1.ReadPages.$Shape} ReadPages
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReadPages.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.ReadPages();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.object = value;
                            else
                                delete message.object;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.first = value;
                            else
                                delete message.first;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.anchorLevel = value;
                            else
                                delete message.anchorLevel;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReadPages;
        })();

        v1.Pages = (function() {

            /**
             * Properties of a Pages.
             * @typedef {Object} pageseal.v1.Pages.$Properties
             * @property {Uint8Array|null} [siblings] Pages siblings
             * @property {Uint8Array|null} [data] Pages data
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Pages.
             * @memberof pageseal.v1
             * @interface IPages
             * @augments pageseal.v1.Pages.$Properties
             * @deprecated Use pageseal.v1.Pages.$Properties instead.
             */

            /**
             * Shape of a Pages.
             * @typedef {pageseal.v1.Pages.$Properties} pageseal.v1.Pages.$Shape
             */

            /**
             * Constructs a new Pages.
             * @memberof pageseal.v1
             * @classdesc Represents a Pages.
             * @constructor
             * @param {pageseal.v1.Pages.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Pages = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Pages siblings.
             * @member {Uint8Array} siblings
             * @memberof pageseal.v1.Pages
             * @instance
             */
            Pages.prototype.siblings = $util.newBuffer([]);

            /**
             * Pages data.
             * @member {Uint8Array} data
             * @memberof pageseal.v1.Pages
             * @instance
             */
            Pages.prototype.data = $util.newBuffer([]);

            /**
             * Encodes the specified Pages message. Does not implicitly {@link pageseal.v1.Pages.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Pages
             * @static
             * @param {pageseal.v1.Pages.$Properties} message Pages message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Pages.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.siblings != null && $Object.hasOwnProperty.call(message, "siblings") && message.siblings.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.siblings);
                if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.data);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Pages message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Pages
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Pages & pageseal.v1.Pages.$Shape} Pages
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Pages.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Pages();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.siblings = value;
                            else
                                delete message.siblings;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.data = value;
                            else
                                delete message.data;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Pages;
        })();

        v1.ReadNodes = (function() {

            /**
             * Properties of a ReadNodes.
             * @typedef {Object} pageseal.v1.ReadNodes.$Properties
             * @property {Uint8Array|null} [object] ReadNodes object
             * @property {number|null} [level] ReadNodes level
             * @property {number|null} [first] ReadNodes first
             * @property {number|null} [count] ReadNodes count
             * @property {number|null} [anchorLevel] ReadNodes anchorLevel
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReadNodes.
             * @memberof pageseal.v1
             * @interface IReadNodes
             * @augments pageseal.v1.ReadNodes.$Properties
             * @deprecated Use pageseal.v1.ReadNodes.$Properties instead.
             */

            /**
             * Shape of a ReadNodes.
             * @typedef {pageseal.v1.ReadNodes.$Properties} pageseal.v1.ReadNodes.$Shape
             */

            /**
             * Constructs a new ReadNodes.
             * @memberof pageseal.v1
             * @classdesc Represents a ReadNodes.
             * @constructor
             * @param {pageseal.v1.ReadNodes.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReadNodes = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReadNodes object.
             * @member {Uint8Array} object
             * @memberof pageseal.v1.ReadNodes
             * @instance
             */
            ReadNodes.prototype.object = $util.newBuffer([]);

            /**
             * ReadNodes level.
             * @member {number} level
             * @memberof pageseal.v1.ReadNodes
             * @instance
             */
            ReadNodes.prototype.level = 0;

            /**
             * ReadNodes first.
             * @member {number} first
             * @memberof pageseal.v1.ReadNodes
             * @instance
             */
            ReadNodes.prototype.first = 0;

            /**
             * ReadNodes count.
             * @member {number} count
             * @memberof pageseal.v1.ReadNodes
             * @instance
             */
            ReadNodes.prototype.count = 0;

            /**
             * ReadNodes anchorLevel.
             * @member {number} anchorLevel
             * @memberof pageseal.v1.ReadNodes
             * @instance
             */
            ReadNodes.prototype.anchorLevel = 0;

            /**
             * Encodes the specified ReadNodes message. Does not implicitly {@link pageseal.v1.ReadNodes.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.ReadNodes
             * @static
             * @param {pageseal.v1.ReadNodes.$Properties} message ReadNodes message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReadNodes.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.object != null && $Object.hasOwnProperty.call(message, "object") && message.object.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.object);
                if (message.level != null && $Object.hasOwnProperty.call(message, "level") && message.level !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.level);
                if (message.first != null && $Object.hasOwnProperty.call(message, "first") && message.first !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.first);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.count);
                if (message.anchorLevel != null && $Object.hasOwnProperty.call(message, "anchorLevel") && message.anchorLevel !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.anchorLevel);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReadNodes message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.ReadNodes
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.ReadNodes & pageseal.v1.ReadNodes.$Shape} ReadNodes
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReadNodes.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.ReadNodes();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.object = value;
                            else
                                delete message.object;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.level = value;
                            else
                                delete message.level;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.first = value;
                            else
                                delete message.first;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.anchorLevel = value;
                            else
                                delete message.anchorLevel;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReadNodes;
        })();

        v1.Nodes = (function() {

            /**
             * Properties of a Nodes.
             * @typedef {Object} pageseal.v1.Nodes.$Properties
             * @property {Uint8Array|null} [siblings] Nodes siblings
             * @property {Uint8Array|null} [nodes] Nodes nodes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Nodes.
             * @memberof pageseal.v1
             * @interface INodes
             * @augments pageseal.v1.Nodes.$Properties
             * @deprecated Use pageseal.v1.Nodes.$Properties instead.
             */

            /**
             * Shape of a Nodes.
             * @typedef {pageseal.v1.Nodes.$Properties} pageseal.v1.Nodes.$Shape
             */

            /**
             * Constructs a new Nodes.
             * @memberof pageseal.v1
             * @classdesc Represents a Nodes.
             * @constructor
             * @param {pageseal.v1.Nodes.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Nodes = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Nodes siblings.
             * @member {Uint8Array} siblings
             * @memberof pageseal.v1.Nodes
             * @instance
             */
            Nodes.prototype.siblings = $util.newBuffer([]);

            /**
             * Nodes nodes.
             * @member {Uint8Array} nodes
             * @memberof pageseal.v1.Nodes
             * @instance
             */
            Nodes.prototype.nodes = $util.newBuffer([]);

            /**
             * Encodes the specified Nodes message. Does not implicitly {@link pageseal.v1.Nodes.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Nodes
             * @static
             * @param {pageseal.v1.Nodes.$Properties} message Nodes message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Nodes.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.siblings != null && $Object.hasOwnProperty.call(message, "siblings") && message.siblings.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.siblings);
                if (message.nodes != null && $Object.hasOwnProperty.call(message, "nodes") && message.nodes.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.nodes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Nodes message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Nodes
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Nodes & pageseal.v1.Nodes.$Shape} Nodes
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Nodes.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Nodes();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.siblings = value;
                            else
                                delete message.siblings;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.nodes = value;
                            else
                                delete message.nodes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Nodes;
        })();

        v1.Describe = (function() {

            /**
             * Properties of a Describe.
             * @typedef {Object} pageseal.v1.Describe.$Properties
             * @property {Uint8Array|null} [object] Describe object
             * @property {Uint8Array|null} [fsverityDigest] Describe fsverityDigest
             * @property {"object"|"fsverityDigest"} [of] Describe of
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Describe.
             * @memberof pageseal.v1
             * @interface IDescribe
             * @augments pageseal.v1.Describe.$Properties
             * @deprecated Use pageseal.v1.Describe.$Properties instead.
             */

            /**
             * Narrowed shape of a Describe.
             * @typedef {{
             *   object?: Uint8Array|null;
             *   fsverityDigest?: Uint8Array|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ of?: undefined; object?: null; fsverityDigest?: null }|{ of?: "object"; object: Uint8Array; fsverityDigest?: null }|{ of?: "fsverityDigest"; object?: null; fsverityDigest: Uint8Array })
             * )} pageseal.v1.Describe.$Shape
             */

            /**
             * Constructs a new Describe.
             * @memberof pageseal.v1
             * @classdesc Represents a Describe.
             * @constructor
             * @param {pageseal.v1.Describe.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Describe = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Describe object.
             * @member {Uint8Array|null|undefined} object
             * @memberof pageseal.v1.Describe
             * @instance
             */
            Describe.prototype.object = null;

            /**
             * Describe fsverityDigest.
             * @member {Uint8Array|null|undefined} fsverityDigest
             * @memberof pageseal.v1.Describe
             * @instance
             */
            Describe.prototype.fsverityDigest = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Describe of.
             * @member {"object"|"fsverityDigest"|undefined} of
             * @memberof pageseal.v1.Describe
             * @instance
             */
            $Object.defineProperty(Describe.prototype, "of", {
                get: $util.oneOfGetter($oneOfFields = ["object", "fsverityDigest"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Describe message. Does not implicitly {@link pageseal.v1.Describe.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Describe
             * @static
             * @param {pageseal.v1.Describe.$Properties} message Describe message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Describe.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.object != null && $Object.hasOwnProperty.call(message, "object"))
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.object);
                if (message.fsverityDigest != null && $Object.hasOwnProperty.call(message, "fsverityDigest"))
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.fsverityDigest);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Describe message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Describe
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Describe & pageseal.v1.Describe.$Shape} Describe
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Describe.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Describe();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.object = reader.bytes();
                            message.of = "object";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.fsverityDigest = reader.bytes();
                            message.of = "fsverityDigest";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Describe;
        })();

        v1.Descriptor = (function() {

            /**
             * Properties of a Descriptor.
             * @typedef {Object} pageseal.v1.Descriptor.$Properties
             * @property {Uint8Array|null} [descriptor] Descriptor descriptor
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Descriptor.
             * @memberof pageseal.v1
             * @interface IDescriptor
             * @augments pageseal.v1.Descriptor.$Properties
             * @deprecated Use pageseal.v1.Descriptor.$Properties instead.
             */

            /**
             * Shape of a Descriptor.
             * @typedef {pageseal.v1.Descriptor.$Properties} pageseal.v1.Descriptor.$Shape
             */

            /**
             * Constructs a new Descriptor.
             * @memberof pageseal.v1
             * @classdesc Represents a Descriptor.
             * @constructor
             * @param {pageseal.v1.Descriptor.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Descriptor = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Descriptor descriptor.
             * @member {Uint8Array} descriptor
             * @memberof pageseal.v1.Descriptor
             * @instance
             */
            Descriptor.prototype.descriptor = $util.newBuffer([]);

            /**
             * Encodes the specified Descriptor message. Does not implicitly {@link pageseal.v1.Descriptor.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Descriptor
             * @static
             * @param {pageseal.v1.Descriptor.$Properties} message Descriptor message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Descriptor.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.descriptor != null && $Object.hasOwnProperty.call(message, "descriptor") && message.descriptor.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.descriptor);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Descriptor message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Descriptor
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Descriptor & pageseal.v1.Descriptor.$Shape} Descriptor
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Descriptor.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Descriptor();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.descriptor = value;
                            else
                                delete message.descriptor;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Descriptor;
        })();

        v1.Walk = (function() {

            /**
             * Properties of a Walk.
             * @typedef {Object} pageseal.v1.Walk.$Properties
             * @property {Uint8Array|null} [object] Walk object
             * @property {Uint8Array|null} [path] Walk path
             * @property {number|null} [room] Walk room
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Walk.
             * @memberof pageseal.v1
             * @interface IWalk
             * @augments pageseal.v1.Walk.$Properties
             * @deprecated Use pageseal.v1.Walk.$Properties instead.
             */

            /**
             * Shape of a Walk.
             * @typedef {pageseal.v1.Walk.$Properties} pageseal.v1.Walk.$Shape
             */

            /**
             * Constructs a new Walk.
             * @memberof pageseal.v1
             * @classdesc Represents a Walk.
             * @constructor
             * @param {pageseal.v1.Walk.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Walk = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Walk object.
             * @member {Uint8Array} object
             * @memberof pageseal.v1.Walk
             * @instance
             */
            Walk.prototype.object = $util.newBuffer([]);

            /**
             * Walk path.
             * @member {Uint8Array} path
             * @memberof pageseal.v1.Walk
             * @instance
             */
            Walk.prototype.path = $util.newBuffer([]);

            /**
             * Walk room.
             * @member {number} room
             * @memberof pageseal.v1.Walk
             * @instance
             */
            Walk.prototype.room = 0;

            /**
             * Encodes the specified Walk message. Does not implicitly {@link pageseal.v1.Walk.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Walk
             * @static
             * @param {pageseal.v1.Walk.$Properties} message Walk message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Walk.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.object != null && $Object.hasOwnProperty.call(message, "object") && message.object.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.object);
                if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.path);
                if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.room);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Walk message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Walk
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Walk & pageseal.v1.Walk.$Shape} Walk
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Walk.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Walk();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.object = value;
                            else
                                delete message.object;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.path = value;
                            else
                                delete message.path;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.room = value;
                            else
                                delete message.room;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Walk;
        })();

        v1.Steps = (function() {

            /**
             * Properties of a Steps.
             * @typedef {Object} pageseal.v1.Steps.$Properties
             * @property {Uint8Array|null} [pages] Steps pages
             * @property {Uint8Array|null} [siblings] Steps siblings
             * @property {Uint8Array|null} [data] Steps data
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Steps.
             * @memberof pageseal.v1
             * @interface ISteps
             * @augments pageseal.v1.Steps.$Properties
             * @deprecated Use pageseal.v1.Steps.$Properties instead.
             */

            /**
             * Shape of a Steps.
             * @typedef {pageseal.v1.Steps.$Properties} pageseal.v1.Steps.$Shape
             */

            /**
             * Constructs a new Steps.
             * @memberof pageseal.v1
             * @classdesc Represents a Steps.
             * @constructor
             * @param {pageseal.v1.Steps.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Steps = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Steps pages.
             * @member {Uint8Array} pages
             * @memberof pageseal.v1.Steps
             * @instance
             */
            Steps.prototype.pages = $util.newBuffer([]);

            /**
             * Steps siblings.
             * @member {Uint8Array} siblings
             * @memberof pageseal.v1.Steps
             * @instance
             */
            Steps.prototype.siblings = $util.newBuffer([]);

            /**
             * Steps data.
             * @member {Uint8Array} data
             * @memberof pageseal.v1.Steps
             * @instance
             */
            Steps.prototype.data = $util.newBuffer([]);

            /**
             * Encodes the specified Steps message. Does not implicitly {@link pageseal.v1.Steps.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Steps
             * @static
             * @param {pageseal.v1.Steps.$Properties} message Steps message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Steps.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.pages != null && $Object.hasOwnProperty.call(message, "pages") && message.pages.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.pages);
                if (message.siblings != null && $Object.hasOwnProperty.call(message, "siblings") && message.siblings.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.siblings);
                if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.data);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Steps message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Steps
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Steps & pageseal.v1.Steps.$Shape} Steps
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Steps.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Steps();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.pages = value;
                            else
                                delete message.pages;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.siblings = value;
                            else
                                delete message.siblings;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.data = value;
                            else
                                delete message.data;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Steps;
        })();

        v1.GetStatement = (function() {

            /**
             * Properties of a GetStatement.
             * @typedef {Object} pageseal.v1.GetStatement.$Properties
             * @property {string|null} [version] GetStatement version
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GetStatement.
             * @memberof pageseal.v1
             * @interface IGetStatement
             * @augments pageseal.v1.GetStatement.$Properties
             * @deprecated Use pageseal.v1.GetStatement.$Properties instead.
             */

            /**
             * Shape of a GetStatement.
             * @typedef {pageseal.v1.GetStatement.$Properties} pageseal.v1.GetStatement.$Shape
             */

            /**
             * Constructs a new GetStatement.
             * @memberof pageseal.v1
             * @classdesc Represents a GetStatement.
             * @constructor
             * @param {pageseal.v1.GetStatement.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GetStatement = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GetStatement version.
             * @member {string} version
             * @memberof pageseal.v1.GetStatement
             * @instance
             */
            GetStatement.prototype.version = "";

            /**
             * Encodes the specified GetStatement message. Does not implicitly {@link pageseal.v1.GetStatement.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.GetStatement
             * @static
             * @param {pageseal.v1.GetStatement.$Properties} message GetStatement message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GetStatement.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.version);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GetStatement message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.GetStatement
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.GetStatement & pageseal.v1.GetStatement.$Shape} GetStatement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GetStatement.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.GetStatement();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return GetStatement;
        })();

        v1.Statement = (function() {

            /**
             * Properties of a Statement.
             * @typedef {Object} pageseal.v1.Statement.$Properties
             * @property {Uint8Array|null} [statement] Statement statement
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Statement.
             * @memberof pageseal.v1
             * @interface IStatement
             * @augments pageseal.v1.Statement.$Properties
             * @deprecated Use pageseal.v1.Statement.$Properties instead.
             */

            /**
             * Shape of a Statement.
             * @typedef {pageseal.v1.Statement.$Properties} pageseal.v1.Statement.$Shape
             */

            /**
             * Constructs a new Statement.
             * @memberof pageseal.v1
             * @classdesc Represents a Statement.
             * @constructor
             * @param {pageseal.v1.Statement.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Statement = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Statement statement.
             * @member {Uint8Array} statement
             * @memberof pageseal.v1.Statement
             * @instance
             */
            Statement.prototype.statement = $util.newBuffer([]);

            /**
             * Encodes the specified Statement message. Does not implicitly {@link pageseal.v1.Statement.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Statement
             * @static
             * @param {pageseal.v1.Statement.$Properties} message Statement message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Statement.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.statement);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Statement message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Statement
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Statement & pageseal.v1.Statement.$Shape} Statement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Statement.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Statement();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Statement;
        })();

        v1.Watch = (function() {

            /**
             * Properties of a Watch.
             * @typedef {Object} pageseal.v1.Watch.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Watch.
             * @memberof pageseal.v1
             * @interface IWatch
             * @augments pageseal.v1.Watch.$Properties
             * @deprecated Use pageseal.v1.Watch.$Properties instead.
             */

            /**
             * Shape of a Watch.
             * @typedef {pageseal.v1.Watch.$Properties} pageseal.v1.Watch.$Shape
             */

            /**
             * Constructs a new Watch.
             * @memberof pageseal.v1
             * @classdesc Represents a Watch.
             * @constructor
             * @param {pageseal.v1.Watch.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Watch = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Encodes the specified Watch message. Does not implicitly {@link pageseal.v1.Watch.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Watch
             * @static
             * @param {pageseal.v1.Watch.$Properties} message Watch message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Watch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Watch message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Watch
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Watch & pageseal.v1.Watch.$Shape} Watch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Watch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Watch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Watch;
        })();

        v1.Cancel = (function() {

            /**
             * Properties of a Cancel.
             * @typedef {Object} pageseal.v1.Cancel.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Cancel.
             * @memberof pageseal.v1
             * @interface ICancel
             * @augments pageseal.v1.Cancel.$Properties
             * @deprecated Use pageseal.v1.Cancel.$Properties instead.
             */

            /**
             * Shape of a Cancel.
             * @typedef {pageseal.v1.Cancel.$Properties} pageseal.v1.Cancel.$Shape
             */

            /**
             * Constructs a new Cancel.
             * @memberof pageseal.v1
             * @classdesc Represents a Cancel.
             * @constructor
             * @param {pageseal.v1.Cancel.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Cancel = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Encodes the specified Cancel message. Does not implicitly {@link pageseal.v1.Cancel.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Cancel
             * @static
             * @param {pageseal.v1.Cancel.$Properties} message Cancel message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Cancel.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Cancel message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Cancel
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Cancel & pageseal.v1.Cancel.$Shape} Cancel
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Cancel.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Cancel();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Cancel;
        })();

        v1.Ping = (function() {

            /**
             * Properties of a Ping.
             * @typedef {Object} pageseal.v1.Ping.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Ping.
             * @memberof pageseal.v1
             * @interface IPing
             * @augments pageseal.v1.Ping.$Properties
             * @deprecated Use pageseal.v1.Ping.$Properties instead.
             */

            /**
             * Shape of a Ping.
             * @typedef {pageseal.v1.Ping.$Properties} pageseal.v1.Ping.$Shape
             */

            /**
             * Constructs a new Ping.
             * @memberof pageseal.v1
             * @classdesc Represents a Ping.
             * @constructor
             * @param {pageseal.v1.Ping.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Ping = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Encodes the specified Ping message. Does not implicitly {@link pageseal.v1.Ping.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Ping
             * @static
             * @param {pageseal.v1.Ping.$Properties} message Ping message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Ping.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Ping message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Ping
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Ping & pageseal.v1.Ping.$Shape} Ping
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Ping.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Ping();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Ping;
        })();

        v1.Pong = (function() {

            /**
             * Properties of a Pong.
             * @typedef {Object} pageseal.v1.Pong.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Pong.
             * @memberof pageseal.v1
             * @interface IPong
             * @augments pageseal.v1.Pong.$Properties
             * @deprecated Use pageseal.v1.Pong.$Properties instead.
             */

            /**
             * Shape of a Pong.
             * @typedef {pageseal.v1.Pong.$Properties} pageseal.v1.Pong.$Shape
             */

            /**
             * Constructs a new Pong.
             * @memberof pageseal.v1
             * @classdesc Represents a Pong.
             * @constructor
             * @param {pageseal.v1.Pong.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Pong = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Encodes the specified Pong message. Does not implicitly {@link pageseal.v1.Pong.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Pong
             * @static
             * @param {pageseal.v1.Pong.$Properties} message Pong message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Pong.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Pong message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Pong
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Pong & pageseal.v1.Pong.$Shape} Pong
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Pong.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Pong();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Pong;
        })();

        /**
         * ErrorCode enum.
         * @name pageseal.v1.ErrorCode
         * @enum {number}
         * @property {number} INTERNAL=0 INTERNAL value
         * @property {number} UNKNOWN_OBJECT=1 UNKNOWN_OBJECT value
         * @property {number} BAD_REQUEST=2 BAD_REQUEST value
         * @property {number} TOO_LARGE=3 TOO_LARGE value
         * @property {number} BUSY=4 BUSY value
         * @property {number} CHANGED=5 CHANGED value
         * @property {number} GONE=6 GONE value
         * @property {number} STORAGE=7 STORAGE value
         * @property {number} CANCELLED=8 CANCELLED value
         */
        v1.ErrorCode = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "INTERNAL"] = 0;
            values[valuesById[1] = "UNKNOWN_OBJECT"] = 1;
            values[valuesById[2] = "BAD_REQUEST"] = 2;
            values[valuesById[3] = "TOO_LARGE"] = 3;
            values[valuesById[4] = "BUSY"] = 4;
            values[valuesById[5] = "CHANGED"] = 5;
            values[valuesById[6] = "GONE"] = 6;
            values[valuesById[7] = "STORAGE"] = 7;
            values[valuesById[8] = "CANCELLED"] = 8;
            return values;
        })();

        v1.Error = (function() {

            /**
             * Properties of an Error.
             * @typedef {Object} pageseal.v1.Error.$Properties
             * @property {pageseal.v1.ErrorCode|null} [code] Error code
             * @property {string|null} [message] Error message
             * @property {number|null} [retryAfterMs] Error retryAfterMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Error.
             * @memberof pageseal.v1
             * @interface IError
             * @augments pageseal.v1.Error.$Properties
             * @deprecated Use pageseal.v1.Error.$Properties instead.
             */

            /**
             * Shape of an Error.
             * @typedef {pageseal.v1.Error.$Properties} pageseal.v1.Error.$Shape
             */

            /**
             * Constructs a new Error.
             * @memberof pageseal.v1
             * @classdesc Represents an Error.
             * @constructor
             * @param {pageseal.v1.Error.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Error = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Error code.
             * @member {pageseal.v1.ErrorCode} code
             * @memberof pageseal.v1.Error
             * @instance
             */
            Error.prototype.code = 0;

            /**
             * Error message.
             * @member {string} message
             * @memberof pageseal.v1.Error
             * @instance
             */
            Error.prototype.message = "";

            /**
             * Error retryAfterMs.
             * @member {number} retryAfterMs
             * @memberof pageseal.v1.Error
             * @instance
             */
            Error.prototype.retryAfterMs = 0;

            /**
             * Encodes the specified Error message. Does not implicitly {@link pageseal.v1.Error.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.Error
             * @static
             * @param {pageseal.v1.Error.$Properties} message Error message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Error.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                if (message.retryAfterMs != null && $Object.hasOwnProperty.call(message, "retryAfterMs") && message.retryAfterMs !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.retryAfterMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Error message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.Error
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.Error & pageseal.v1.Error.$Shape} Error
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Error.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.Error();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.retryAfterMs = value;
                            else
                                delete message.retryAfterMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Error;
        })();

        v1.GoAway = (function() {

            /**
             * Properties of a GoAway.
             * @typedef {Object} pageseal.v1.GoAway.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GoAway.
             * @memberof pageseal.v1
             * @interface IGoAway
             * @augments pageseal.v1.GoAway.$Properties
             * @deprecated Use pageseal.v1.GoAway.$Properties instead.
             */

            /**
             * Shape of a GoAway.
             * @typedef {pageseal.v1.GoAway.$Properties} pageseal.v1.GoAway.$Shape
             */

            /**
             * Constructs a new GoAway.
             * @memberof pageseal.v1
             * @classdesc Represents a GoAway.
             * @constructor
             * @param {pageseal.v1.GoAway.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GoAway = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Encodes the specified GoAway message. Does not implicitly {@link pageseal.v1.GoAway.verify|verify} messages.
             * @function encode
             * @memberof pageseal.v1.GoAway
             * @static
             * @param {pageseal.v1.GoAway.$Properties} message GoAway message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GoAway.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GoAway message from the specified reader or buffer.
             * @function decode
             * @memberof pageseal.v1.GoAway
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {pageseal.v1.GoAway & pageseal.v1.GoAway.$Shape} GoAway
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GoAway.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.pageseal.v1.GoAway();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return GoAway;
        })();

        return v1;
    })();

    return pageseal;
})();

export {
  $root as default
};
