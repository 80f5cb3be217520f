import { useEffect, useState } from 'react';

/** The one breakpoint (ui README §2), for what is not only a matter of style: other words, another order. */
export function usePhone(): boolean {
  const [phone, setPhone] = useState(() => window.matchMedia('screen and (max-width: 760px)').matches);
  useEffect(() => {
    const query = window.matchMedia('screen and (max-width: 760px)');
    const listen = () => setPhone(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  return phone;
}
