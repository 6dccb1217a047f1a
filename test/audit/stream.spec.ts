import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FileSink,
  HttpsSink,
  openNote,
  reconcileTrail,
  StreamTrail,
  surveyStream,
  SyslogSink,
  linesOfStream,
  verifierKeys,
  verifyCards,
  type TrailSink,
} from '#libs/audit';
import { SecretText } from '#libs/secret-text';
import { cardRow } from '../store/look.js';
import { evaluate, newCardWithPin } from '../store/store-kit.js';
import { openTrail, ORIGIN, type TrailUnderTest } from './audit-kit.js';
import { ACTOR, Backup, exported, reconcile } from './backup-kit.js';
import { Collector, framesOf } from './collector.js';

let trail: TrailUnderTest;
let path: string;
let now = 0;
beforeEach(async () => {
  trail = await openTrail();
  path = join(dirname(trail.path), 'stream.jsonl');
  now = 0;
});
afterEach(() => trail[Symbol.asyncDispose]());

const something = async () =>
  await evaluate(trail.rig.store, await newCardWithPin(trail.rig.store), 'matched');
const streamTo = (sink: TrailSink) =>
  new StreamTrail({ dataSource: trail.rig.dataSource, sink, now: () => now });
const records = async (file = path) => (await readFile(file, 'utf8')).trimEnd().split('\n');
const keys = () => verifierKeys(trail.hsm, ORIGIN);
const checkpoints = (lines: readonly string[]) =>
  lines
    .filter((line) => line.startsWith('{"checkpoint"'))
    .map((line) => openNote((JSON.parse(line) as { checkpoint: string }).checkpoint, ORIGIN, keys()).size);

describe('the stream', () => {
  it('has every sealed line in its order, and behind them the checkpoint that covers them', async () => {
    const stream = streamTo(new FileSink(path));
    await something();
    await trail.keeper().execute();
    await stream.execute();
    await something();
    await something();
    await trail.keeper().execute();
    await stream.execute();
    await stream.execute();
    const lines = await records();
    expect(lines.filter((line) => line.startsWith('{"leaf"'))).toEqual(await exported(trail));
    expect(checkpoints(lines)).toEqual([4, 12]);
    expect([stream.lagLines, stream.lagSeconds]).toEqual([0, 0]);
  });

  it('goes on where the file ends, whatever a process that died has left of a line', async () => {
    await something();
    await trail.keeper().execute();
    await streamTo(new FileSink(path)).execute();
    await appendFile(path, '{"leaf":4,"event":{"auditId":');
    await something();
    await trail.keeper().execute();
    await streamTo(new FileSink(path)).execute();
    const lines = await records();
    expect(lines.filter((line) => line.startsWith('{"leaf"'))).toEqual(await exported(trail));
    expect(checkpoints(lines)).toEqual([4, 8]);
  });

  it('goes on in a new file where the old one was taken away, and in one of another history not at all', async () => {
    const stream = streamTo(new FileSink(path));
    await something();
    await trail.keeper().execute();
    await stream.execute();
    await rename(path, `${path}.1`);
    await something();
    await trail.keeper().execute();
    await stream.execute();
    expect((await records())[0]).toMatch(/^\{"leaf":4,/);
    const [last = ''] = (await records()).slice(-1);
    const { checkpoint } = JSON.parse(last) as { checkpoint: string };
    const [origin, size, , ...rest] = checkpoint.split('\n');
    const other = [origin, size, Buffer.alloc(32).toString('base64'), ...rest].join('\n');
    await writeFile(path, `${JSON.stringify({ checkpoint: other })}\n`);
    await something();
    await trail.keeper().execute();
    await expect(stream.execute()).rejects.toThrow(/a history that was lost: move it away/);
  });

  it('is behind while its receiver is away, and says for how long', async () => {
    await using collector = await Collector.https('let-me-in');
    const url = `https://127.0.0.1:${collector.port}/trail`;
    const wrong = streamTo(new HttpsSink({ url, token: new SecretText('other'), ca: collector.ca }));
    await something();
    await trail.keeper().execute();
    await expect(wrong.execute()).rejects.toThrow(/answered 401/);
    now = 90_000;
    await expect(wrong.execute()).rejects.toThrow(/answered 401/);
    expect([wrong.lagLines, wrong.lagSeconds]).toEqual([4, 90]);
    expect(collector.sets).toEqual([]);
  });

  it('comes at least once by HTTPS: what was taken without an answer comes again', async () => {
    await using collector = await Collector.https('let-me-in');
    const url = `https://127.0.0.1:${collector.port}/trail`;
    const sink = new HttpsSink({ url, token: new SecretText('let-me-in'), ca: collector.ca });
    const stream = streamTo(sink);
    await something();
    await trail.keeper().execute();
    collector.losesAnswers = true;
    await expect(stream.execute()).rejects.toThrow(/answered 503/);
    collector.losesAnswers = false;
    await stream.execute();
    expect(collector.sets).toHaveLength(2);
    expect(collector.sets[0]).toBe(collector.sets[1]);
    expect(checkpoints(collector.sets[1]?.trimEnd().split('\n') ?? [])).toEqual([4]);
    await stream.execute();
    expect(collector.sets).toHaveLength(2);
  });

  it('comes by syslog over TLS in frames of RFC 5424, and to no other receiver', async () => {
    await using collector = await Collector.syslog();
    await using stranger = await Collector.syslog();
    const sink = (ca: string) =>
      new SyslogSink({
        host: '127.0.0.1',
        port: collector.port,
        ca,
        now: () => new Date('2026-11-28T20:00:00Z'),
      });
    await something();
    await trail.keeper().execute();
    const refused = streamTo(sink(stranger.ca));
    await expect(refused.execute()).rejects.toThrow(/certificate/);
    expect([refused.lagLines, collector.sets]).toEqual([4, []]);
    await streamTo(sink(collector.ca)).execute();
    const frames = framesOf(collector.sets.at(-1) ?? '');
    for (const frame of frames)
      expect(frame).toMatch(
        /^<110>1 2026-11-28T20:00:00\.000Z \S+ pinward \d+ (line|checkpoint) - \ufeff\{/u,
      );
    expect(frames).toHaveLength(5);
    await writeFile(path, frames.join('\n'));
    expect(await surveyStream([path], ORIGIN, keys())).toMatchObject({ checkpoint: { size: 4 }, end: 4 });
  });

  it('is sent by one replica at a time', async () => {
    await using collector = await Collector.https();
    const url = `https://127.0.0.1:${collector.port}/trail`;
    const replicas = Array.from({ length: 6 }, () =>
      streamTo(new HttpsSink({ url, token: undefined, ca: collector.ca })),
    );
    await something();
    await trail.keeper().execute();
    await Promise.all(replicas.map((replica) => replica.execute()));
    expect(collector.sets).toHaveLength(1);
  });
});

describe('after a fail-over to a standby that was behind', () => {
  it('the stream gives back what the kept checkpoint covers, though nothing was exported', async () => {
    const { store, owner } = trail.rig;
    const stream = streamTo(new FileSink(path));
    const cardId = await newCardWithPin(store);
    await trail.keeper().execute();
    await stream.execute();
    const standby = await Backup.take(trail);
    await evaluate(store, cardId, 'not-matched');
    await trail.keeper().execute();
    await stream.execute();
    await standby.restore();
    expect(await trail.keeper().compare()).toMatch(/an older backup was restored/);
    const { checkpoint } = await surveyStream([path], ORIGIN, keys());
    const kept = { note: checkpoint?.note ?? '', origin: ORIGIN, keys: keys() };
    await reconcileTrail(owner, { kept, exported: linesOfStream([path]), actor: ACTOR });
    const keeper = trail.keeper();
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
    expect(await cardRow(owner, cardId)).toMatchObject({ triesSpent: 1, pinStatus: 'active' });
    expect((await verifyCards(owner)).findings).toEqual([]);
    // And it goes on behind what was put back.
    await streamTo(new FileSink(path)).execute();
    expect((await records()).filter((line) => line.startsWith('{"leaf"'))).toEqual(await exported(trail));
  });

  it('what it has is put back also where its end is lost: then every card is locked, and the trail goes on from there', async () => {
    const { store, owner } = trail.rig;
    const stream = streamTo(new FileSink(path));
    const [tried, other] = [await newCardWithPin(store), await newCardWithPin(store)];
    await trail.keeper().execute();
    const standby = await Backup.take(trail);
    await evaluate(store, tried, 'not-matched');
    await trail.keeper().execute();
    await stream.execute();
    await evaluate(store, other, 'not-matched');
    await trail.keeper().execute();
    await standby.restore();
    const { checkpoint } = await surveyStream([path], ORIGIN, keys());
    const kept = { note: checkpoint?.note ?? '', origin: ORIGIN, keys: keys() };
    const request = { kept, exported: linesOfStream([path]), actor: ACTOR, restLost: true };
    const result = await reconcileTrail(owner, request);
    expect(result).toMatchObject({ restoredLines: 2, checkpoint: kept.note });
    await trail.file.write(result.checkpoint ?? '');
    const keeper = trail.keeper();
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
    expect(await cardRow(owner, tried)).toMatchObject({ triesSpent: 1, pinStatus: 'locked' });
    expect(await cardRow(owner, other)).toMatchObject({ pinStatus: 'locked' });
    expect((await trail.verify()).findings).toEqual([]);
    expect((await verifyCards(owner)).findings).toEqual([]);
  });

  it('without a kept checkpoint and without lines everything is locked, and a new one is begun', async () => {
    const { store, owner } = trail.rig;
    const cardId = await newCardWithPin(store);
    await trail.keeper().execute();
    await rm(trail.path);
    const result = await reconcile(trail, null);
    expect(await cardRow(owner, cardId)).toMatchObject({ pinStatus: 'locked' });
    await trail.file.write(result.checkpoint ?? '');
    const keeper = trail.keeper();
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
  });
});
