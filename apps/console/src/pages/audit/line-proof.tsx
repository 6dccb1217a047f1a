import { Link } from '@tanstack/react-router';
import { Button } from '../../components/button.js';
import { Fact, Facts, Notice, Section } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { saveFile } from '../../components/save-file.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { GrowthAlarm } from './growth-view.js';
import { KeyOrigin } from './key-origin.js';
import type { ProvenLine } from './proof/prove-line.js';
import type { ReadLine } from './read-line.js';

/** What this browser has computed: is the line in the tree that the HSM has signed? */
export function LineProof({ read }: { readonly read: ReadLine }) {
  const { line, head, verdict, growth } = read;
  const save = () =>
    saveFile(
      `audit-line-${line.leafIndex}.json`,
      'application/json',
      `${JSON.stringify({ ...line, checkpoint: head.checkpoint, verifierKeys: head.verifierKeys }, null, 2)}\n`,
    );
  return (
    <Section title="Proof">
      <GrowthAlarm growth={growth} />
      <div role="status">
        {'fault' in verdict ? (
          <Notice tone="bad">
            <p>
              <strong>This line is not proven.</strong> {verdict.fault}
            </p>
            <p>
              {verdict.pinned
                ? 'Verified with the keys that were pasted into this browser. '
                : 'Verified with the keys that the service names. '}
              Keep the proof below, and tell those who audit the service.
            </p>
          </Notice>
        ) : (
          <Proven proven={verdict.proven} pinned={verdict.pinned} leafIndex={line.leafIndex} />
        )}
      </div>
      <div className="actions">
        <Button onClick={save}>Download the proof</Button>
        <Link to="/audit" search={{ view: 'keys' }}>
          Keys to verify with
        </Link>
      </div>
    </Section>
  );
}

interface ProvenProps {
  readonly proven: ProvenLine;
  readonly pinned: boolean;
  readonly leafIndex: number;
}

function Proven({ proven, pinned, leafIndex }: ProvenProps) {
  const { checkpoint, leafHash, root, steps } = proven;
  return (
    <>
      <Notice tone="good">
        <p>
          <strong>This line is in the trail, as it is shown.</strong> It was computed in this browser.
        </p>
        <KeyOrigin signedBy={checkpoint.signedBy} pinned={pinned} what="checkpoint" />
      </Notice>
      <Facts>
        <Fact name="Hash of the line">
          <Id>{leafHash}</Id>
        </Fact>
        <Fact name="Its place">
          line {formatNumber(leafIndex)} of {formatNumber(checkpoint.size)}, counted from 0
        </Fact>
        <Fact name={`Root, from the line and ${steps} hashes of the proof`}>
          <Id>{root}</Id>
        </Fact>
        <Fact name="Root that is signed">
          <Id>{root}</Id> (the same)
        </Fact>
        <Fact name="Trail">
          <UntrustedText>{checkpoint.origin}</UntrustedText>
        </Fact>
      </Facts>
    </>
  );
}
