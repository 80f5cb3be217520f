import { RouterProvider } from '@tanstack/react-router';
import { mount } from '../ui/Root.tsx';
import { portalTheme } from '../ui/theme.ts';
import { router } from './router.tsx';

mount(portalTheme, <RouterProvider router={router} />);
