import type { Endpoint, EndpointOptions } from '../types.ts';

export function createEndpoint(_options: EndpointOptions): Endpoint {
  throw new Error('not built yet');
}
