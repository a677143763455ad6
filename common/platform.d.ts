// The only globals beyond ECMAScript that common/ uses; Node and every browser have them. Declared
// here because the libraries that declare them, dom and node, would let in everything else.

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: 'utf-8', options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array): string;
}

declare function atob(base64: string): string;

declare function btoa(binary: string): string;
