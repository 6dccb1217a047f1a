import { Fragment, type ReactNode } from 'react';
import type { Schemas } from '../../api/client.js';
import { formatNumber, formatSpan } from '../../components/format.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';

type Check = Schemas['SoundnessCheck'];
type Facts = Check['facts'];
type Reason = Check['reasons'][number];

export const CHECK_NAMES: Readonly<Record<Check['name'], string>> = {
  service: 'Service',
  hsm: 'HSM',
  database: 'Database',
  'audit-trail': 'Audit trail',
  'audit-witness': 'Witness of the trail',
  'audit-streams': 'Receivers of the trail',
  codes: 'Delivery of one-time passwords',
  webhooks: 'Webhooks',
  'rate-limits': 'Rate-limit counters',
  alarms: 'Alarms of guessing',
  policy: 'Policy',
  due: 'Keys, secrets, certificates',
};

const REASON_WORDS: Readonly<Record<Reason, string>> = {
  'not-asked': 'It could not be asked.',
  stopping: 'This replica is stopping.',
  'several-versions': 'Replicas have several versions: the upgrade should be ended.',
  'keys-not-taken-up': 'A replica does not take up the registered keys.',
  'not-ready': 'It does not take work: no PIN is evaluated.',
  lagging: 'Operations wait longer for it than they may.',
  'no-answer': 'It does not answer.',
  'no-writes': 'It takes no writes: no try can be spent.',
  'other-schema': 'It has the schema of another version.',
  'not-the-kept-one': 'It is not the one that was kept outside: no PIN is evaluated.',
  'not-compared': 'It could not be compared with the kept checkpoint.',
  'not-kept': 'Its newest checkpoint is kept nowhere outside the database.',
  'sealed-late': 'Lines wait too long to be sealed.',
  'not-taken': 'What is sent is not taken.',
  'endpoints-failing': 'Endpoints take nothing now, or are paused.',
  'waits-long': 'Something has waited too long.',
  'given-up': 'Deliveries of the last day were given up.',
  'counted-apart': 'Each replica counts for itself: limits are as many times as high.',
  'counted-late': 'What happens is not counted: that no alarm is open means nothing.',
  differs: 'This replica was told otherwise, and goes by the policy.',
  overdue: 'Something should have been replaced by now.',
};

export function reasonInWords(reason: Reason): string {
  return REASON_WORDS[reason];
}

const counted = (count: number, one: string, many: string) =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;
const seconds = (count: number) => formatSpan(count * 1000);

/** Plain facts, in the order in which they matter. */
function factsOf({ name, facts }: Check): readonly ReactNode[] {
  switch (name) {
    case 'service':
      return serviceFacts(facts);
    case 'hsm':
      return hsmFacts(facts);
    case 'audit-trail':
      return facts.sealingSeconds === undefined ? [] : [`sealed up to ${seconds(facts.sealingSeconds)} ago`];
    case 'audit-streams':
      return (facts.receivers ?? []).map(({ receiver, lagSeconds }) => (
        <>
          <UntrustedText>{receiver}</UntrustedText>, {seconds(lagSeconds)} behind
        </>
      ));
    case 'codes':
    case 'webhooks':
      return deliveryFacts(facts);
    case 'alarms':
      return facts.lagSeconds === undefined ? [] : [`counted up to ${seconds(facts.lagSeconds)} ago`];
    case 'policy':
      return [
        ...(facts.policyVersion === undefined ? [] : [`version ${facts.policyVersion}`]),
        ...(facts.differences ?? []).map((member) => <UntrustedText key={member}>{member}</UntrustedText>),
      ];
    case 'due':
      return [
        ...(facts.overdue === undefined ? [] : [`${formatNumber(facts.overdue)} overdue`]),
        ...(facts.soon === undefined ? [] : [`${formatNumber(facts.soon)} soon`]),
      ];
    case 'database':
    case 'audit-witness':
    case 'rate-limits':
      return [];
  }
}

function serviceFacts({ version, replicas, versions = [] }: Facts): readonly ReactNode[] {
  return [
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(replicas === undefined ? [] : [counted(replicas, 'replica', 'replicas')]),
    ...(versions.length > 1 ? [`versions ${versions.join(', ')}`] : []),
  ];
}

function hsmFacts({ profile, knownAnswerTestAt, warnings = 0, p99Ms }: Facts): readonly ReactNode[] {
  return [
    ...(profile === undefined ? [] : [profile]),
    ...(typeof knownAnswerTestAt === 'string'
      ? [
          <>
            tested <Time at={knownAnswerTestAt} style="short" />
          </>,
        ]
      : []),
    ...(p99Ms === undefined ? [] : [`${formatNumber(p99Ms)} ms (p99 of a minute)`]),
    ...(warnings === 0 ? [] : [`${counted(warnings, 'warning', 'warnings')} at its start`]),
  ];
}

function deliveryFacts(facts: Facts): readonly ReactNode[] {
  const { endpoints, failing = 0, oldestSeconds = 0, deadWithinDay = 0 } = facts;
  return [
    ...(endpoints === undefined ? [] : [counted(endpoints, 'endpoint', 'endpoints')]),
    ...(failing === 0 ? [] : [`${formatNumber(failing)} failing`]),
    ...(oldestSeconds === 0 ? [] : [`the oldest waits for ${seconds(oldestSeconds)}`]),
    ...(deadWithinDay === 0 ? [] : [`${formatNumber(deadWithinDay)} given up within a day`]),
  ];
}

/** One line of facts. */
export function CheckFacts({ check }: { readonly check: Check }) {
  const facts = factsOf(check);
  if (facts.length === 0) return null;
  return (
    <span className="muted">
      {facts.map((fact, place) => (
        <Fragment key={place}>
          {place > 0 && ' · '}
          {fact}
        </Fragment>
      ))}
    </span>
  );
}
