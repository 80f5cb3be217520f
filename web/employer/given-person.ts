import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { personEndpoint } from '../../src/enrolment/contract.ts';
import { call } from '../ui/call.ts';
import type { ItemView } from './wizard-item.ts';
import type { FormValues, Wizard } from './wizard-state.ts';

/** 停保 from a person's drawer: the number comes in the address, the name (which no address may hold) is looked up. Taken once a visit. */
export function useGivenPerson(
  item: ItemView,
  wizard: Wizard,
  change: (change: Partial<Wizard>) => void,
  personNo: string | undefined,
): void {
  const rows = item.form.rows;
  const wanted = rows?.fields.some((field) => field.name === 'name') ? personNo : undefined;
  const person = useQuery({
    queryKey: ['person', wanted],
    queryFn: () => call(personEndpoint, { params: { personNo: wanted ?? '' } }),
    enabled: Boolean(wanted),
  });
  const taken = useRef('');
  const known = person.data;
  useEffect(() => {
    if (!wanted || !known || !rows || !wizard.started || wizard.editing !== undefined || taken.current === wanted)
      return;
    taken.current = wanted;
    const list = (wizard.form[rows.name] as readonly FormValues[] | undefined) ?? [];
    const { idNo, name, ...others } = wizard.line;
    const busy = Object.values(others).some((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value)));
    const listed = list.some((one) => one.idNo === wanted);
    if (listed || (idNo !== wanted && busy) || (idNo === wanted && name)) return;
    change({ line: { ...wizard.line, idNo: wanted, name: known.name } });
  }, [wanted, known, rows, wizard.started, wizard.editing, wizard.line, wizard.form, change]);
}
