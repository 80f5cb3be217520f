import type { Section } from '../../src/items/contract.ts';
import { INSURANCE_SHORT_NAMES } from '../../src/kernel/insurance.ts';
import { Money } from '../ui/Money.tsx';
import { usePhone } from '../ui/phone.ts';
import { Spread } from '../ui/Spread.tsx';

/** The consequence page is a list of sections composed by the item (ui 04): amounts, reasons, facts, tables. */
export function Sections({ sections, narrow }: { readonly sections: readonly Section[]; readonly narrow?: boolean }) {
  const amounts = sections.filter((section) => section.type === 'amounts');
  const reasons = sections.filter((section) => section.type === 'reasons');
  const rest = sections.filter((section) => section.type !== 'amounts' && section.type !== 'reasons');
  const beside = !narrow && amounts.length + reasons.length > 1;
  return (
    <Spread>
      {amounts.length + reasons.length > 0 ? (
        <div className={beside ? 'grid-two' : 'stack'}>
          {[...amounts, ...reasons].map((section) => (
            <OneSection key={section.title} section={section} narrow={narrow} />
          ))}
        </div>
      ) : null}
      {rest.map((section) => (
        <OneSection key={section.title} section={section} narrow={narrow} />
      ))}
    </Spread>
  );
}

function OneSection({ section, narrow }: { readonly section: Section; readonly narrow: boolean | undefined }) {
  switch (section.type) {
    case 'amounts':
      return <Amounts section={section} narrow={narrow} />;
    case 'reasons':
      return <Reasons section={section} />;
    case 'facts':
      return (
        <section className="card" aria-label={section.title}>
          <h2 style={{ marginBottom: 6 }}>{section.title}</h2>
          <dl className="facts">
            {section.rows.map((row) => (
              <div key={row.label}>
                <dt>{row.label}</dt>
                <dd className={row.tone === 'wait' ? 'amber strong' : row.tone === 'bad' ? 'red strong' : 'strong'}>
                  {row.value}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      );
    case 'table':
      return <Rows section={section} />;
  }
}

function Amounts({
  section,
  narrow,
}: {
  readonly section: Extract<Section, { type: 'amounts' }>;
  readonly narrow: boolean | undefined;
}) {
  const rows = section.rows;
  const persons = !narrow && rows.some((row) => row.persons !== undefined);
  const charges = !narrow && [...rows, section.total].some((row) => row.lateFen || row.interestFen);
  const before = !narrow && rows.some((row) => row.previousFen !== undefined);
  const total = section.total;
  // Beside another card, and on a phone, six columns of amounts only fit under the short names.
  const phone = usePhone();
  const short = narrow || before || phone;
  return (
    <section className="card" aria-label={section.title}>
      <header>
        <h2>{section.title}</h2>
        <span className="note">单位：元</span>
      </header>
      <div className="row between" style={{ marginBottom: 6 }}>
        <Money fen={total.totalFen} size={narrow ? 24 : 44} />
        {total.previousFen === undefined || narrow ? null : (
          <span className="right note">
            上月 <Money fen={total.previousFen} plain />
            <br />
            比上月 <Money fen={total.totalFen - total.previousFen} signed />
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll" aria-label={`${section.title} 明细`} tabIndex={0}>
        <table className="table amounts">
          <thead>
            <tr>
              <th scope="col">险种</th>
              {persons ? (
                <th scope="col" className="num hide-phone">
                  人数
                </th>
              ) : null}
              <th scope="col" className="num">
                单位
              </th>
              <th scope="col" className="num">
                个人
              </th>
              {charges ? (
                <>
                  <th scope="col" className="num">
                    利息
                  </th>
                  <th scope="col" className="num">
                    滞纳金
                  </th>
                </>
              ) : null}
              {narrow ? null : (
                <th scope="col" className="num">
                  合计
                </th>
              )}
              {before ? (
                <th scope="col" className="num hide-phone">
                  比上月
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {[...rows, total].map((row, index) => (
              <tr key={`${row.label}${row.insurance ?? ''}`} className={index === rows.length ? 'sum' : undefined}>
                <td className="nowrap">{short && row.insurance ? INSURANCE_SHORT_NAMES[row.insurance] : row.label}</td>
                {persons ? <td className="num hide-phone">{row.persons ?? ''}</td> : null}
                <td className="num">
                  <Money fen={row.employerFen} plain />
                </td>
                <td className="num">{row.insurance === 'injury' ? '—' : <Money fen={row.personFen} plain />}</td>
                {charges ? (
                  <>
                    <td className="num">
                      <Money fen={row.interestFen ?? 0} plain />
                    </td>
                    <td className="num">
                      <Money fen={row.lateFen ?? 0} plain />
                    </td>
                  </>
                ) : null}
                {narrow ? null : (
                  <td className="num strong">
                    <Money fen={row.totalFen} />
                  </td>
                )}
                {before ? (
                  <td className="num hide-phone">
                    {row.previousFen === undefined ? '' : <Money fen={row.totalFen - row.previousFen} signed />}
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {section.note ? (
        <p className="note" style={{ marginTop: 8 }}>
          {section.note}
        </p>
      ) : null}
    </section>
  );
}

/** Why it changed: parts that add up to the difference, each with a bar from a common zero. */
function Reasons({ section }: { readonly section: Extract<Section, { type: 'reasons' }> }) {
  const most = Math.max(1, ...section.rows.map((row) => Math.abs(row.fen)));
  return (
    <section className="card" aria-label={section.title}>
      <header>
        <h2>{section.title}</h2>
        <span className="note">{section.note ?? '逐项相加等于差额'}</span>
      </header>
      <ul className="ledger reasons">
        {section.rows.map((row) => (
          <li key={row.label}>
            <div>
              <b>{row.label}</b>
              <span>{row.words}</span>
            </div>
            <div className="row" style={{ flexWrap: 'nowrap' }}>
              <Difference share={row.fen / most} />
              <span className="num" style={{ minWidth: 96, textAlign: 'right' }}>
                <Money fen={row.fen} signed />
              </span>
            </div>
          </li>
        ))}
        <li className="strong" style={{ borderTop: '1px solid var(--ink2)' }}>
          <div>合计</div>
          <Money fen={section.totalFen} signed />
        </li>
      </ul>
    </section>
  );
}

function Difference({ share }: { readonly share: number }) {
  const width = Math.round(Math.abs(share) * 54);
  return (
    <svg width="112" height="12" aria-hidden="true">
      <line x1="56" x2="56" y1="0" y2="12" stroke="#c3cbd2" />
      <rect
        x={share < 0 ? 56 - width : 56}
        y="1"
        width={Math.max(1, width)}
        height="10"
        fill={share > 0 ? '#d69a35' : '#5fa183'}
      />
    </svg>
  );
}

const MOST_ROWS = 500;

type TableSection = Extract<Section, { type: 'table' }>;

/** Amounts to the right; on a phone a column in which nothing stands but zeros is left out (ui README §2). */
function classOf(section: TableSection, column: TableSection['columns'][number]): string {
  const zeros = section.rows.every((row) => row[column.key] === '0.00');
  return [column.align === 'end' ? 'num' : 'text', zeros ? 'hide-phone' : ''].join(' ').trim();
}

/** More of them are wider than a phone. */
const PHONE_COLUMNS = 4;

function Rows({ section }: { readonly section: TableSection }) {
  const phone = usePhone();
  return (
    <section className="table-box" aria-label={section.title}>
      <div className="row between" style={{ padding: '10px 16px' }}>
        <h2>
          {section.title} {/\d/.test(section.title) ? null : <span className="note">{section.rows.length}</span>}
        </h2>
        {section.note ? <span className="note">{section.note}</span> : null}
      </div>
      {section.rows.length === 0 ? (
        <p className="note" style={{ padding: '0 16px 12px' }}>
          {section.empty ?? '没有'}
        </p>
      ) : phone && section.columns.length > PHONE_COLUMNS ? (
        <Blocks section={section} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="table-scroll" style={{ maxHeight: 420 }} aria-label={`${section.title} 列表`} tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                {section.columns.map((column) => (
                  <th key={column.key} scope="col" className={classOf(section, column)}>
                    {column.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {section.rows.slice(0, MOST_ROWS).map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of a finished answer never move
                <tr key={index}>
                  {section.columns.map((column) => (
                    <td key={column.key} className={classOf(section, column)}>
                      {row[column.key] ?? ''}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

/** A wide table on a phone: what a row is about, its last amount at the right, the rest with names under it; zeros are left out. */
function Blocks({ section }: { readonly section: TableSection }) {
  const [head, ...others] = section.columns;
  const last = others.findLast((column) => column.align === 'end');
  return (
    <ul className="ledger" style={{ padding: '0 16px' }}>
      {section.rows.slice(0, MOST_ROWS).map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a finished answer never move
        <li key={index}>
          <div>
            <b>{head ? row[head.key] : ''}</b>
            <span>
              {others
                .filter(
                  (column) => column !== last && row[column.key] && !['0.00', '—'].includes(row[column.key] ?? ''),
                )
                .map((column) => `${column.label} ${row[column.key]}`)
                .join('　')}
            </span>
          </div>
          {last ? (
            <div className="right">
              <b>{row[last.key]}</b>
              <span>{last.label}</span>
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
