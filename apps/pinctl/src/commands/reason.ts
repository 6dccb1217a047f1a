import { InvalidArgumentError } from 'commander';
import { HUMAN_TEXT_FAULT, isHumanText } from '#libs/requests';

/** For --reason: a text for the audit trail in which an auditor sees every character. @throws InvalidArgumentError */
export function reasonOption(text: string): string {
  if (text.length < 5 || text.length > 200) throw new InvalidArgumentError('It must be 5 to 200 characters.');
  if (!isHumanText(text)) throw new InvalidArgumentError(`It ${HUMAN_TEXT_FAULT}.`);
  return text;
}
