import { readFileSync } from 'node:fs';
import type { ServiceProcess } from '../../rigs/service-process.js';

const MIB = 1_048_576;

/** What the gauge shows of a loop that is idle: its timer is due every 10 ms, and the whole interval is counted. */
const IDLE_MS = 10;

/** 99th percentile of the service's event loop delay since this was asked last, milliseconds (prom-client's gauge). */
export async function eventLoopDelayP99(service: ServiceProcess): Promise<number> {
  const { body } = await service.request('GET', '/metrics');
  const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(String(body))?.[1];
  if (seconds === undefined) throw new Error('the service does not tell its event loop delay');
  return Math.max(0, Number(seconds) * 1_000 - IDLE_MS);
}

/** Resident memory of service and HSM host together, MiB. */
export function residentMemory(service: ServiceProcess): number {
  return [service.pid, ...service.hostPids()].reduce((sum, pid) => sum + resident(pid), 0);
}

export function resident(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1_024) / MIB;
}
