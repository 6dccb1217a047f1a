export { CardData, isPan } from './card-data.js';
export { CardVault, SEALED_TOGETHER, type CardIdentity, type SealedCardData } from './card-vault.js';
export { ResealCardData } from './reseal-card-data.js';
export { RevealCard } from './reveal-card.js';
