import { randomUUID } from 'node:crypto';
import { Approvals } from '#libs/approvals';
import { PersonRegistry } from '#libs/api-clients';
import { REGISTERED_PERSONS, type RequestContext } from '#libs/requests';
import { ClientCreation } from '../../apps/pin-service/src/powers/client-creation.js';
import { KeyRotation } from '../../apps/pin-service/src/powers/key-rotation.js';
import { SecretRotation } from '../../apps/pin-service/src/powers/secret-rotation.js';
import { ClientKit, contextOf } from '../clients/client-kit.js';

/** Approvals on a real database, as the service's role, and operators who were made on the command line. */
export class TwoPersons implements AsyncDisposable {
  private constructor(
    readonly clients: ClientKit,
    readonly approvals: Approvals,
    readonly persons: PersonRegistry,
  ) {}

  static async open(): Promise<TwoPersons> {
    const clients = await ClientKit.open();
    const registry = clients.registry();
    const keys = clients.keys();
    const powers = [
      new ClientCreation(registry, keys),
      new SecretRotation(registry),
      new KeyRotation(registry, keys),
    ];
    const approvals = new Approvals(clients.dataSource, powers);
    return new TwoPersons(clients, approvals, new PersonRegistry(clients.dataSource));
  }

  /** A person with an operator's client that the command line has made. */
  async operator(name: string): Promise<Operator> {
    await this.persons.register(commandLine(), name);
    return await this.clientOf(name);
  }

  async clientOf(name: string, made: RequestContext = commandLine()): Promise<Operator> {
    const clientId = `ops-${randomUUID().slice(0, 8)}x`;
    const asked = { clientId, scopes: ['ops:clients'], person: name };
    await this.clients.registry().create(made, asked);
    return operatorOf(name, clientId);
  }

  async ask(by: Operator, content: Readonly<Record<string, unknown>> = newApp()): Promise<string> {
    const asked = { kind: 'client-create', content, reason: 'for the shop' } as const;
    return (await this.approvals.request(by(), asked)).body.approvalId;
  }

  async askRotation(by: Operator, clientId: string): Promise<string> {
    const asked = { kind: 'client-rotate-secret', content: { clientId } } as const;
    return (await this.approvals.request(by(), asked)).body.approvalId;
  }

  async approve(by: Operator, approvalId: string) {
    return (await this.approvals.approve({ context: by(), approvalId })).body;
  }

  async collect(by: Operator, approvalId: string): Promise<{ clientId: string; clientSecret: string }> {
    const answer = await this.approvals.collect({ context: by(), approvalId });
    return answer as { clientId: string; clientSecret: string };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clients[Symbol.asyncDispose]();
  }
}

/** Each call is another request. */
export type Operator = (() => RequestContext) & { readonly clientId: string };

export function operatorOf(subject: string, clientId: string, issuer: string = REGISTERED_PERSONS): Operator {
  return Object.assign(() => ({ ...contextOf({ clientId }), subject, issuer }), { clientId });
}

export function commandLine(): RequestContext {
  return { ...contextOf({ clientId: 'pinctl' }), subject: 'pinctl:root' };
}

export function newApp(): { clientId: string; scopes: string[] } {
  return { clientId: `app-${randomUUID().slice(0, 8)}x`, scopes: ['pin:reset'] };
}
