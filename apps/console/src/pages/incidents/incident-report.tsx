import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../../api/client.js';
import { Button } from '../../components/button.js';
import { Fact, Facts, Notice, Section } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { Loaded } from '../../components/loaded.js';
import { saveFile } from '../../components/save-file.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { KeyOrigin } from '../audit/key-origin.js';
import { trustedKeys } from '../audit/trusted-keys.js';
import { openReport, personsOf, verdictOf, type SignedReport } from './report.js';

interface Read {
  readonly note: string;
  readonly pinned: boolean;
  readonly opened: SignedReport | { readonly fault: string };
}

/** The signed report of an incident that has ended; its signature is verified here. */
export function IncidentReport({ incidentId }: { readonly incidentId: string }) {
  const query = useQuery({
    queryKey: ['incident-report', incidentId],
    queryFn: () => readReport(incidentId),
  });
  return (
    <Section title="Report">
      <Loaded query={query}>
        {({ note, pinned, opened }) => (
          <>
            {'fault' in opened ? (
              <Notice tone="bad">
                <strong>The report cannot be believed.</strong> {opened.fault}
              </Notice>
            ) : (
              <Verdict opened={opened} pinned={pinned} />
            )}
            <div className="actions">
              {'json' in opened && (
                <Button
                  onClick={() => saveFile(`incident-${incidentId}.json`, 'application/json', opened.json)}
                >
                  Download as JSON
                </Button>
              )}
              <Button onClick={() => saveFile(`incident-${incidentId}.txt`, 'text/plain', note)}>
                Download with its signature
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Verdict({ opened, pinned }: { readonly opened: SignedReport; readonly pinned: boolean }) {
  const { report, signedBy } = opened;
  return (
    <>
      <Notice tone="good">
        <p>
          <strong>{verdictOf(report)}</strong> {personsOf(report)}
        </p>
        <KeyOrigin signedBy={signedBy} pinned={pinned} what="report" />
      </Notice>
      <Facts>
        <Fact name="Opened by">
          <UntrustedText>{report.openedBy}</UntrustedText>
        </Fact>
        {report.requestedBy !== null && (
          <Fact name="Asked for by">
            <UntrustedText>{report.requestedBy}</UntrustedText>
          </Fact>
        )}
        {report.approvedBy !== null && (
          <Fact name="Approved by">
            <UntrustedText>{report.approvedBy}</UntrustedText>
          </Fact>
        )}
        <Fact name="Cards in it">{formatNumber(report.cards.count)}</Fact>
        <Fact name="SHA-256 of the cards">
          <Id>{report.cards.sha256}</Id>
        </Fact>
      </Facts>
    </>
  );
}

/** @throws Problem */
async function readReport(incidentId: string): Promise<Read> {
  const { report: note, verifierKeys } = await answered(
    api.GET('/v1/admin/incidents/{incidentId}/report', { params: { path: { incidentId } } }),
  );
  const { keys, pinned } = await trustedKeys(verifierKeys);
  try {
    return { note, pinned, opened: await openReport(note, keys) };
  } catch (fault) {
    return { note, pinned, opened: { fault: fault instanceof Error ? fault.message : 'It cannot be read.' } };
  }
}
