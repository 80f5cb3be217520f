export * from './catalog/index.ts';
export { TAX_ITEMS, type TaxItem, type TaxPart, taxItem } from './codes/tax-items.ts';
export { createEndpoint } from './engine/endpoint.ts';
export { WIRE_ERRORS, type WireError, wireError, wireProblem } from './errors.ts';
export {
  createFaults,
  FAULT_KINDS,
  FAULT_NAMES,
  type Fault,
  type FaultKind,
  type Faults,
  seededRandom,
} from './faults.ts';
export { type HttpTransportOptions, httpTransport, type RegisterWireOptions, registerWire, WIRE_PATH } from './http.ts';
export { generateSigner, type Signer, sm3, type VerifyKey, verifyKeyOf } from './seal.ts';
export * from './types.ts';
