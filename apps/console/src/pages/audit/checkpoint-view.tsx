import { useQuery } from '@tanstack/react-query';
import { Button } from '../../components/button.js';
import { Fact, Facts, Notice, Section } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { Loaded } from '../../components/loaded.js';
import { saveFile } from '../../components/save-file.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { GrowthView } from './growth-view.js';
import { KeyOrigin } from './key-origin.js';
import { PinnedKeys } from './pinned-keys.js';
import { toBase64 } from './proof/bytes.js';
import { readJudgedCheckpoint } from './read-line.js';

/** The newest signed head of the trail, verified here, and whose signature is believed. */
export function CheckpointView() {
  const query = useQuery({ queryKey: ['audit-judged-checkpoint'], queryFn: readJudgedCheckpoint });
  return (
    <>
      <Section title="Newest checkpoint">
        <Loaded query={query}>
          {({ head, verdict, growth }) => (
            <>
              {'fault' in verdict ? (
                <Notice tone="bad">
                  <strong>The checkpoint cannot be believed.</strong> {verdict.fault}
                </Notice>
              ) : (
                <>
                  <Notice tone="good">
                    <KeyOrigin signedBy={verdict.proven.signedBy} pinned={verdict.pinned} what="checkpoint" />
                  </Notice>
                  <Facts>
                    <Fact name="Trail">
                      <UntrustedText>{verdict.proven.origin}</UntrustedText>
                    </Fact>
                    <Fact name="Lines">{formatNumber(verdict.proven.size)}</Fact>
                    <Fact name="Root">
                      <Id>{toBase64(verdict.proven.root)}</Id>
                    </Fact>
                  </Facts>
                </>
              )}
              <GrowthView growth={growth} />
              <div className="actions">
                <Button
                  onClick={() => saveFile(`checkpoint-${head.treeSize}.txt`, 'text/plain', head.checkpoint)}
                >
                  Download the checkpoint
                </Button>
              </div>
            </>
          )}
        </Loaded>
      </Section>
      <Section title="Keys that the service names">
        <Loaded query={query}>
          {({ head }) => (
            <ul>
              {head.verifierKeys.map((key) => (
                <li key={key}>
                  <Id>{key}</Id>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Section>
      <PinnedKeys />
    </>
  );
}
