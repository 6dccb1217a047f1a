import { Injectable, type PipeTransform } from '@nestjs/common';
import { PinwardError } from '#libs/errors';

const CARD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Ids are opaque: what cannot be a card id is an unknown card, not an invalid request. */
@Injectable()
export class CardIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!CARD_ID.test(value)) throw new PinwardError('CARD_NOT_FOUND');
    return value;
  }
}
