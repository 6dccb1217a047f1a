import { askSessionEarly } from './api/session.js';

// Whose session it is takes as long to learn as the rest of the program takes to be read: both at once.
if (!window.location.pathname.startsWith('/console/signed-out')) askSessionEarly();
