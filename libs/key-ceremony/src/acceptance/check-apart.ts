import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { HsmMisconfigured } from '#libs/hsm';
import { compiledFile } from '#libs/program-files';
import type { CheckMessage, CheckTask } from './check-messages.js';
import type { CheckModuleRequest } from './check-module.js';
import type { Finding } from './finding.js';

const ENTRY = compiledFile('libs/key-ceremony/src/acceptance/check-main.js');

export interface CheckApartRequest extends CheckModuleRequest {
  /** Called before each group of checks. */
  readonly told: (group: string) => void;
  /** How long a group may take, milliseconds. */
  readonly groupTimeoutMs: number;
  /** The environment of the process, in which a module finds its own settings. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Runs checkModule in its own process. A module that crashes or hangs gets a finding for it, after those so far.
 * Another process removes the TRUSTED key that it may have left.
 *
 * @throws HsmMisconfigured as checkModule does
 */
export async function checkModuleApart(request: CheckApartRequest): Promise<readonly Finding[]> {
  const { findings, end } = await run('check', request);
  if (end === null) return findings;
  const cleaned = request.officerPin === null ? null : await run('remove', request).catch(() => null);
  const left =
    request.officerPin === null || cleaned?.end === null
      ? ''
      : "; the check's TRUSTED key may still be there and would stop services: run this again when the module answers";
  return [
    ...findings,
    { area: 'module', check: 'lives through it', result: 'fail', detail: `${end}${left}` },
  ];
}

interface Run {
  readonly findings: readonly Finding[];
  /** What ended the process early; null if nothing did. */
  readonly end: string | null;
}

async function run(kind: CheckTask['kind'], request: CheckApartRequest): Promise<Run> {
  const child = fork(ENTRY, [], {
    serialization: 'advanced',
    execArgv: [],
    env: request.environment,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const findings: Finding[] = [];
  let group = 'loading';
  let hung = false;
  let last: CheckMessage | null = null;
  const hang = () => {
    hung = true;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(hang, request.groupTimeoutMs);
  child.on('message', (message: CheckMessage) => {
    clearTimeout(timer);
    timer = setTimeout(hang, request.groupTimeoutMs);
    last = message;
    if (message.kind === 'findings') findings.push(...message.findings);
    if (message.kind !== 'group') return;
    group = message.group;
    if (kind === 'check') request.told(group);
  });
  child.send(task(kind, request));
  await once(child, 'close');
  clearTimeout(timer);
  return { findings, end: endOf(last, { group, hung, child }) };
}

function endOf(
  last: CheckMessage | null,
  { group, hung, child }: { readonly group: string; readonly hung: boolean; readonly child: ChildProcess },
): string | null {
  if (last?.kind === 'done') return null;
  if (last?.kind === 'refused') throw new HsmMisconfigured(last.message);
  if (hung) return `did not answer in "${group}"`;
  return `ended the process in "${group}" (${child.signalCode ?? `exit code ${child.exitCode}`})`;
}

function task(kind: CheckTask['kind'], request: CheckApartRequest): CheckTask {
  const {
    userPin,
    servicePin,
    officerPin,
    told: _,
    groupTimeoutMs: __,
    environment: ___,
    ...others
  } = request;
  const pins = { userPin: userPin.reveal(), servicePin: servicePin.reveal() };
  return { kind, request: others, ...pins, officerPin: officerPin?.reveal() ?? null };
}
