export * from './catalog/index.ts';
export { createEndpoint } from './engine/endpoint.ts';
export { WIRE_ERRORS, type WireError, wireError, wireProblem } from './errors.ts';
export { generateSigner, type Signer, sm3, type VerifyKey, verifyKeyOf } from './seal.ts';
export * from './types.ts';
