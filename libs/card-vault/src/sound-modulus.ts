import { checkPrime } from 'node:crypto';
import { promisify } from 'node:util';

const isPrime = promisify(checkPrime);

/** NIST SP 800-89, section 5.3.3: a modulus has no factor below 752. */
const SMALL_PRIMES = primesBelow(752);

/**
 * CVE-2017-15361 ("ROCA"): modulo each of the first 126 primes, such a modulus of 1984 bits or more is a power of 65537
 * (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017). For another modulus the probability is below 2^-160.
 */
const ROCA_PRIMES = primesBelow(702);
const ROCA_GENERATOR = 65_537;

/**
 * Whether this modulus may be the product of two large primes, as far as it shows. This is the check of NIST SP 800-89,
 * section 5.3.3, which SP 800-56B rev. 2, section 6.4.2, requires for a received public key. The modulus is odd, has no
 * small factors, is neither a prime nor a power, and does not come from a generator that is known to be broken. A
 * content key encrypted to a modulus that fails would be no secret.
 *
 * @param modulus of the required length, which is not checked here
 */
export async function isSoundModulus(modulus: bigint): Promise<boolean> {
  if (modulus % 2n === 0n) return false;
  if (SMALL_PRIMES.some((prime) => modulus % BigInt(prime) === 0n)) return false;
  if (isPerfectPower(modulus) || isOfBrokenGenerator(modulus)) return false;
  // By far the most work; it runs on another thread.
  return !(await isPrime(modulus));
}

/** Also a power of a prime: finding the root factors it. */
function isPerfectPower(number: bigint): boolean {
  const bits = number.toString(2).length;
  // Without factors below 752, each of which would have 9 bits or more, a root of a higher degree is impossible.
  return primesBelow(Math.ceil(bits / 9) + 1).some((degree) => isPower(number, degree));
}

/**
 * A power of this degree is a power modulo every prime too. Modulo primes p = 1 (mod degree), one in `degree` other
 * numbers is also one. So many primes in a row leave a probability of 2^-64.
 */
function isPower(number: bigint, degree: number): boolean {
  let passed = 0;
  for (let prime = degree + 1; passed < 64; prime += degree) {
    if (!isSmallPrime(prime)) continue;
    const residue = number % BigInt(prime);
    if (residue !== 0n && modularPower(residue, (prime - 1) / degree, BigInt(prime)) !== 1n) return false;
    passed += 1;
  }
  return true;
}

function modularPower(base: bigint, exponent: number, modulus: bigint): bigint {
  if (exponent === 0) return 1n;
  const root = modularPower(base, Math.floor(exponent / 2), modulus);
  const square = (root * root) % modulus;
  return exponent % 2 === 0 ? square : (square * base) % modulus;
}

function isOfBrokenGenerator(modulus: bigint): boolean {
  return ROCA_PRIMES.every((prime) => powersOf(ROCA_GENERATOR, prime).has(Number(modulus % BigInt(prime))));
}

function powersOf(generator: number, prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * generator) % prime) powers.add(power);
  return powers;
}

function primesBelow(bound: number): readonly number[] {
  return Array.from({ length: bound }, (_, number) => number).filter(isSmallPrime);
}

function isSmallPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) {
    if (number % divisor === 0) return false;
  }
  return number > 1;
}
