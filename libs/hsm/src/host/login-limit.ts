import { LoginRefused } from '../contract/faults.js';
import { HostRefused } from './hsm-host.js';

/** In a row. Tokens may lock at the third wrong login, so one is left for a person. */
const UNCLEAR_AT_MOST = 2;

/** Decides whether this process may log in once more. A wrong token PIN must never be tried in a loop. */
export class LoginLimit {
  /** Messages of the logins that failed since the last success, where the PIN may have been judged. */
  #unclear: readonly string[] = [];
  #reached = false;

  /** No further login: a person has to look. */
  get isReached(): boolean {
    return this.#reached;
  }

  succeeded(): void {
    this.#unclear = [];
  }

  /** @returns the failure of a start: LoginRefused if no other login may follow */
  judged<Failure>(failure: Failure): Failure | LoginRefused {
    if (!(failure instanceof HostRefused)) return failure;
    const { refusal, message } = failure;
    if (refusal === 'login-unclear') this.#unclear = [...this.#unclear, message];
    const final = refusal === 'login-refused' || this.#unclear.length >= UNCLEAR_AT_MOST;
    return final ? this.final(message) : failure;
  }

  /** The same for the last failure before this process ends: its successor would not know of an unclear login. */
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
