import { text } from 'node:stream/consumers';
import { makeToOrder, type TokenOrder } from './token-order.js';

// A compiled process that makes one ordered token (JSON on standard input) and prints its keys.json. It is a process
// because a module reads its environment once, and NSS keeps its state as long as the process lives.
process.stdout.write(makeToOrder(JSON.parse(await text(process.stdin)) as TokenOrder));
