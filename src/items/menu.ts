import type { z } from 'zod';
import { fillAll, fillWords } from '../rules/index.ts';
import { LEAVES, MENU_GROUPS } from './catalogue.ts';
import type { itemViewSchema, menuEndpoint } from './contract.ts';
import { getItem } from './engine.ts';
import type { Item, ItemEnv, Today } from './model.ts';
import { wordsOf } from './words.ts';

type Menu = z.infer<(typeof menuEndpoint)['response']>;

/** 服务菜单: the seed's groups with the leaves that work, each saying whether it makes sense today. */
export async function buildMenu(env: ItemEnv): Promise<Menu> {
  const groups: Menu['groups'] = [];
  const words = wordsOf(env);
  for (const name of MENU_GROUPS) {
    const items = [];
    for (const leaf of LEAVES.filter((one) => one.group === name)) {
      const today: Today =
        leaf.kind === 'item'
          ? await leaf.today(env)
          : { usable: true, note: fillWords(leaf.note, words), tone: 'info' };
      items.push({
        code: leaf.code,
        name: leaf.name,
        group: leaf.group,
        ...(leaf.subgroup ? { subgroup: leaf.subgroup } : {}),
        aliases: [...leaf.aliases],
        route: leaf.kind === 'item' ? `/items/${leaf.code}` : leaf.route,
        ends: leaf.ends,
        today,
      });
    }
    if (items.length > 0) groups.push({ name, items });
  }
  return { groups, total: groups.reduce((sum, group) => sum + group.items.length, 0) };
}

export async function itemView(env: ItemEnv, code: string): Promise<z.infer<typeof itemViewSchema>> {
  const item = getItem(code) as Item<unknown, unknown>;
  const words = wordsOf(env);
  return {
    code: item.code,
    name: item.name,
    group: item.group,
    aliases: [...item.aliases],
    guide: fillAll(item.guide, words),
    form: fillAll(item.form, words),
    workbook: item.workbookVersion !== undefined,
    undo: item.undo?.words ?? null,
    submitLabel: item.submitLabel,
    effect: fillWords(item.effect, words),
    today: await item.today(env),
    initial: { ...((await item.initial?.(env)) ?? {}) },
  };
}
