// The compiled service with a planted difference: a foreign card takes one look-up more than an unknown one. Built like
// the service, and run in its place.
import { CardStore } from '#libs/pin';

const find = CardStore.prototype.findCard;
CardStore.prototype.findCard = async function (this: CardStore, tenantId, cardId) {
  const own = await find.call(this, tenantId, cardId);
  const foreign = own === null ? await find.call(this, 'default', cardId) : null;
  if (foreign !== null) await find.call(this, 'default', cardId);
  return own;
};

await import('../../apps/pin-service/src/main.js');
