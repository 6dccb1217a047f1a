import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { forgetKeptPages } from './api/left-tab.js';
import { queryClient } from './api/queries.js';
import { fetchPage, router } from './routes.js';
import './styles/console.css';

const place = document.querySelector('#console');
if (place === null) throw new Error('The page has no place for the console');
forgetKeptPages();
fetchPage();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
