import { readFileSync } from 'node:fs';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { CheckpointFile, KeepCheckpoints, Witness } from '#libs/audit';
import { PinHsm } from '#libs/hsm';
import type { Settings } from '../config/schema.js';
import { Metrics } from '../metrics/metrics.js';
import { AdminAuditController } from './admin-audit.controller.js';
import { AttestationKeeper } from './attestation-keeper.js';
import { CallLines } from './call-lines.js';
import { RecordedCalls } from './recorded-calls.js';
import { CountedCalls } from './counted-calls.js';
import { TrailGuard } from './trail.guard.js';
import { TrailKeeper } from './trail-keeper.js';
import { TrailReader } from './trail-reader.js';
import { TrailStreams } from './trail-streams.js';

/** The audit trail: who called, sealed and kept, and read by auditors. */
@Global()
@Module({})
export class AuditModule {
  static with(settings: Settings): DynamicModule {
    const origin = settings.AUDIT_ORIGIN;
    return {
      module: AuditModule,
      controllers: [AdminAuditController],
      providers: [
        {
          provide: CallLines,
          inject: [DataSource],
          useFactory: (dataSource: DataSource) => new CallLines(dataSource),
        },
        {
          provide: CountedCalls,
          inject: [CallLines],
          useFactory: (lines: CallLines) => new CountedCalls(lines),
        },
        RecordedCalls,
        {
          provide: TrailStreams,
          inject: [DataSource, Metrics],
          useFactory: (dataSource: DataSource, metrics: Metrics) => {
            const streams = TrailStreams.of(settings, dataSource);
            streams.measure(metrics);
            return streams;
          },
        },
        {
          provide: KeepCheckpoints,
          inject: [DataSource, PinHsm, TrailStreams],
          useFactory: (dataSource: DataSource, hsm: PinHsm, streams: TrailStreams) =>
            new KeepCheckpoints({
              ...{ dataSource, hsm, origin, ...keptWhere(settings) },
              stream: () => streams.execute(),
            }),
        },
        {
          provide: TrailKeeper,
          inject: [KeepCheckpoints, SchedulerRegistry, Metrics, CountedCalls],
          useFactory: (
            checkpoints: KeepCheckpoints,
            scheduler: SchedulerRegistry,
            metrics: Metrics,
            counted: CountedCalls,
          ) => new TrailKeeper(checkpoints, settings.AUDIT_SEAL_INTERVAL_MS, scheduler, metrics, counted),
        },
        {
          provide: AttestationKeeper,
          inject: [PinHsm, DataSource, SchedulerRegistry],
          useFactory: (hsm: PinHsm, dataSource: DataSource, scheduler: SchedulerRegistry) =>
            new AttestationKeeper(hsm, dataSource, scheduler),
        },
        {
          provide: TrailReader,
          inject: [DataSource, PinHsm],
          useFactory: (dataSource: DataSource, hsm: PinHsm) => new TrailReader(dataSource, hsm, origin),
        },
        TrailGuard,
      ],
      exports: [CallLines, CountedCalls, RecordedCalls, KeepCheckpoints, TrailGuard, TrailStreams],
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
