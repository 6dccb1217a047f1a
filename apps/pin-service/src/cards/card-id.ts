import { Param, type PipeTransform } from '@nestjs/common';
import { PinwardError } from '#libs/errors';

const CARD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a card could have this id. */
export function isCardId(value: string): boolean {
  return CARD_ID.test(value);
}

/** Ids are opaque: what cannot be a card id is an unknown card, not an invalid request. */
class CardIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isCardId(value)) throw new PinwardError('CARD_NOT_FOUND');
    return value;
  }
}

/** The card that the path names. */
export const CardId = () => Param('cardId', CardIdPipe);
