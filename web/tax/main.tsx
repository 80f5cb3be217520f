import { RouterProvider } from '@tanstack/react-router';
import { mount } from '../ui/Root.tsx';
import { taxTheme } from '../ui/theme.ts';
import { router } from './router.tsx';

mount(taxTheme, <RouterProvider router={router} />);
