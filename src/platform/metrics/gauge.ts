/** One measured value; labels hold kinds and states, never what a person typed or a number that names somebody. */
export type Measured = { readonly labels?: Readonly<Record<string, string>>; readonly value: number };

/** A gauge that is read when somebody asks, so that between two questions nothing is counted. */
export type GaugeSource = {
  /** Without the prefix `tongzheng_`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: () => Promise<readonly Measured[]> | readonly Measured[];
};

/** For several gauges of one query: those asked at the same moment wait for the same answer. */
export function readTogether<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => {
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}
