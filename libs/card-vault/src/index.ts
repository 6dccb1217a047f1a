export { CardData, isPan } from './card-data.js';
export { CardVault, type CardIdentity, type SealedCardData } from './card-vault.js';
export { ResealCardData, type CurrentGenerations, type ResealProgress } from './reseal-card-data.js';
export { RevealCard, type CardRevealed, type RevealCardRequest } from './reveal-card.js';
