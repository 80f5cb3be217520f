export { findItem, ITEMS, LEAVES, MENU_GROUPS } from './catalogue.ts';
export { type ItemServices, openEnv, previewItem, submitItem, undoCase } from './engine.ts';
export { type QueryAddresses, registerQueryRoutes } from './query-routes.ts';
export { registerItemRoutes } from './routes.ts';
