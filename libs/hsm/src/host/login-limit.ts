import { LoginRefused } from '../contract/faults.js';
import { HostRefused } from './hsm-host.js';

/** In a row. Tokens may lock at the third wrong login: one is left for a person. */
const UNCLEAR_AT_MOST = 2;

/** Decides whether this process may log in once more. A wrong token PIN must never be tried in a loop. */
export class LoginLimit {
  /** What the logins have said that failed since the last success, and may have been judged. */
  #unclear: readonly string[] = [];
  #reached = false;

  /** No further login; only a person knows more. */
  get isReached(): boolean {
    return this.#reached;
  }

  succeeded(): void {
    this.#unclear = [];
  }

  /** @returns what a start has failed with: LoginRefused where no other may follow */
  judged<Failure>(failure: Failure): Failure | LoginRefused {
    if (!(failure instanceof HostRefused)) return failure;
    const { refusal, message } = failure;
    if (refusal === 'login-unclear') this.#unclear = [...this.#unclear, message];
    const final = refusal === 'login-refused' || this.#unclear.length >= UNCLEAR_AT_MOST;
    return final ? this.final(message) : failure;
  }

  /** The same of the last failure before this process gives up: its successor would not know of an unclear login. */
  judgedLast<Failure>(failure: Failure): Failure | LoginRefused {
    const unclear = this.#unclear.at(-1);
    const mayPass = failure instanceof HostRefused && failure.refusal !== 'misconfigured';
    return mayPass && unclear !== undefined ? this.final(unclear) : failure;
  }

  private final(message: string): LoginRefused {
    this.#reached = true;
    return new LoginRefused(`${message}; it is not tried again`);
  }
}
