import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['{src,wire,tax,tests,simulation,city,web,policy,scripts}/**/*.test.ts'],
    globalSetup: ['src/platform/testing/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores; each file has its own database on one shared server.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
