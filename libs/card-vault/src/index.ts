export { CardData, isPan } from './card-data.js';
export { CardVault, type CardIdentity, type SealedCardData } from './card-vault.js';
export { RevealCard, type CardRevealed, type RevealCardRequest } from './reveal-card.js';
