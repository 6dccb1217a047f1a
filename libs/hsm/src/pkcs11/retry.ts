import { ckrClass } from './ckr.js';

const ATTEMPTS = 3;

/**
 * Tries again where the module's number says nothing: garbage and trouble look alike, and a single refusal must not
 * keep a service from starting. What the number does say is thrown at once.
 */
export function retry<Result>(call: () => Result, left = ATTEMPTS - 1): Result {
  try {
    return call();
  } catch (error) {
    if (left === 0 || ckrClass(error) !== 'other') throw error;
    return retry(call, left - 1);
  }
}
