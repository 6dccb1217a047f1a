import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The operators' listener serves what comes out of this under /console/. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the page takes no data: URLs.
    assetsInlineLimit: 0,
    // For the installation's list of them.
    license: { fileName: 'third-party.md' },
    modulePreload: { polyfill: false },
  },
});
