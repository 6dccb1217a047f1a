// The compiled service with a planted leak: it logs the path of each request. Run by Node itself (type stripping) in the
// place of the compiled service.
import { subscribe } from 'node:diagnostics_channel';

subscribe('http.server.request.start', (message) => {
  console.log((message as { request: { url: string } }).request.url);
});

await import(new URL('../../../dist/apps/pin-service/src/main.js', import.meta.url).href);
