import { text } from 'node:stream/consumers';
import { makeToOrder, type TokenOrder } from './token-order.js';

// A process of its own, compiled, that makes one token to order (JSON on standard input) and prints its keys.json. A process,
// since a module reads its environment, and NSS keeps its state for as long as one lives.
process.stdout.write(makeToOrder(JSON.parse(await text(process.stdin)) as TokenOrder));
