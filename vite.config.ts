import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const OUT = 'dist/web';

/** The two houses: each is a self-contained folder that its own server serves at `/`. */
const houses = [
  { name: 'client', entry: 'employer', folder: 'portal' },
  { name: 'tax', entry: 'tax', folder: 'tax' },
] as const;

/** Vite keeps the entry's folder in the output; a server wants `index.html` on top. */
function indexOnTop(): Plugin {
  return {
    name: 'tongzheng-index-on-top',
    applyToEnvironment: () => true,
    // Not closeBundle: that is also called when the build failed, and would hide why.
    async writeBundle() {
      const house = houses.find((one) => one.name === this.environment.name);
      if (!house) return;
      const folder = join(import.meta.dirname, OUT, house.folder);
      await rename(join(folder, house.entry, 'index.html'), join(folder, 'index.html'));
      await rm(join(folder, house.entry), { recursive: true, force: true });
    },
  };
}

export default defineConfig({
  root: join(import.meta.dirname, 'web'),
  base: '/',
  publicDir: false,
  plugins: [react(), indexOnTop()],
  builder: {
    async buildApp(builder) {
      for (const house of houses) {
        const environment = builder.environments[house.name];
        if (environment) await builder.build(environment);
      }
    },
  },
  environments: Object.fromEntries(
    houses.map((house) => [
      house.name,
      {
        consumer: 'client' as const,
        build: {
          outDir: join(import.meta.dirname, OUT, house.folder),
          emptyOutDir: true,
          target: 'es2022',
          chunkSizeWarningLimit: 900,
          rollupOptions: {
            // Our pages forbid eval; told so before it starts, zod does not even try (a refused try is an error in the console).
            output: { banner: '(globalThis.__zod_globalConfig ??= {}).jitless = true;' },
            input: join(import.meta.dirname, 'web', house.entry, 'index.html'),
          },
        },
      },
    ]),
  ),
});
