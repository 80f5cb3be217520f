import { setCollecting } from './index.ts';

export type Traces = { readonly stop: () => Promise<void> };

/**
 * Sends traces by OTLP/HTTP to OTEL_EXPORTER_OTLP_ENDPOINT; without it nothing is loaded and nothing is kept. The usual variables are obeyed:
 * OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER. Before the database is opened and the server made.
 */
export async function startTraces(service: string, region: string): Promise<Traces | undefined> {
  if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT) return undefined;
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': process.env.OTEL_SERVICE_NAME || service,
      'service.instance.id': `${process.pid}`,
      'tongzheng.region': region,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  setCollecting(true);
  return {
    async stop() {
      setCollecting(false);
      // A collector that is away must not hold up the end of the program.
      await provider.shutdown().catch(() => undefined);
    },
  };
}
