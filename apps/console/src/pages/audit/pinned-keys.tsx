import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/button.js';
import { Section } from '../../components/facts.js';
import { TextAreaField } from '../../components/text-area-field.js';
import { pinKeys, pinnedKeys } from './trusted-keys.js';

/** Verifier keys from another hand than the service's: then even who has taken it over cannot sign another trail. */
export function PinnedKeys() {
  const queries = useQueryClient();
  const [text, setText] = useState(() => pinnedKeys().join('\n'));
  const [fault, setFault] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  const save = async (keys: string) => {
    try {
      await pinKeys(keys);
      setFault(null);
      setSaved(
        keys.trim() === '' ? 'The keys that the service names are used.' : 'Kept. Only these keys are used.',
      );
      // What was judged under other keys is judged again.
      await queries.resetQueries();
    } catch (error) {
      setSaved('');
      setFault(error instanceof Error ? error.message : 'This is no verifier key.');
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void save(text);
  };
  return (
    <Section title="Keys that you have from your auditors">
      <form className="form" onSubmit={submit} noValidate>
        <p>
          Without keys of your own, proofs are verified with those that the service names: that finds a
          changed line, but not a service that signs another trail with another key. Paste the keys that your
          auditors keep; they stay in this browser, for every person who uses it.
        </p>
        <TextAreaField
          label="Verifier keys"
          value={text}
          fault={fault}
          rows={4}
          hint="One a line, as in the .keys file beside the kept checkpoint: name+id+key. Empty: those of the service."
          onChange={(event) => {
            setText(event.target.value);
            setSaved('');
          }}
        />
        <div className="actions">
          <Button type="submit" kind="primary">
            Keep
          </Button>
          <span role="status">{saved}</span>
        </div>
      </form>
    </Section>
  );
}
