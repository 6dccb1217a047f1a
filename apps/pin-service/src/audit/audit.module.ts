import { readFileSync } from 'node:fs';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { CheckpointFile, KeepCheckpoints, Witness } from '#libs/audit';
import { PinHsm } from '#libs/hsm';
import { Draining } from '../draining.js';
import { LastingRights } from '../edge/authentication/lasting-rights.js';
import type { Settings } from '../config/schema.js';
import { Metrics } from '../metrics/metrics.js';
import { given, provide } from '../provide.js';
import { AdminAuditController } from './admin-audit.controller.js';
import { AuditExports } from './audit-exports.js';
import { AttestationKeeper } from './attestation-keeper.js';
import { CallLines } from './call-lines.js';
import { RecordedCalls } from './recorded-calls.js';
import { CountedCalls } from './counted-calls.js';
import { TrailKeeper } from './trail-keeper.js';
import { TrailReader } from './trail-reader.js';
import { TrailStreams } from './trail-streams.js';

/** The audit trail: records callers, seals and keeps the trail, and lets auditors read it. */
@Global()
@Module({})
export class AuditModule {
  static with(settings: Settings): DynamicModule {
    const origin = settings.AUDIT_ORIGIN;
    return {
      module: AuditModule,
      controllers: [AdminAuditController],
      providers: [
        provide(CallLines, [DataSource]),
        provide(CountedCalls, [CallLines]),
        RecordedCalls,
        provide(TrailStreams, [DataSource, Metrics], (dataSource, metrics) => {
          const streams = TrailStreams.of(settings, dataSource);
          streams.measure(metrics);
          return streams;
        }),
        provide(
          KeepCheckpoints,
          [DataSource, PinHsm, TrailStreams],
          (dataSource, hsm, streams) =>
            new KeepCheckpoints({
              dataSource,
              hsm,
              origin,
              ...keptWhere(settings),
              stream: () => streams.execute(),
            }),
        ),
        provide(TrailKeeper, [
          KeepCheckpoints,
          given(settings.AUDIT_SEAL_INTERVAL_MS),
          SchedulerRegistry,
          Metrics,
          CountedCalls,
        ]),
        provide(AttestationKeeper, [PinHsm, DataSource, SchedulerRegistry]),
        provide(AuditExports, [
          DataSource,
          CallLines,
          LastingRights,
          Draining,
          given(settings.REQUEST_TIMEOUT_MS),
        ]),
        provide(TrailReader, [DataSource, PinHsm, given(origin)]),
      ],
      exports: [CallLines, CountedCalls, RecordedCalls, KeepCheckpoints, TrailStreams],
    };
  }
}

function keptWhere({
  AUDIT_CHECKPOINT_FILE: file,
  AUDIT_WITNESS_URL: witness,
  AUDIT_WITNESS_CA_FILE: ca,
}: Settings): { readonly file: CheckpointFile | null; readonly witness: Witness | null } {
  return {
    file: file === undefined ? null : new CheckpointFile(file),
    witness:
      witness === undefined ? null : new Witness(witness, ca === undefined ? ca : readFileSync(ca, 'utf8')),
  };
}
