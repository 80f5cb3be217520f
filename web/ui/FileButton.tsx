import { useRef } from 'react';

/** The browser's own file input speaks the browser's language; ours is a button that opens it. */
export function FileButton({
  label,
  accept,
  multiple,
  id,
  describedBy,
  onFiles,
}: {
  readonly label: string;
  readonly accept: string;
  readonly multiple?: boolean;
  readonly id?: string;
  readonly describedBy?: string | undefined;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        id={id}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={label}
        accept={accept}
        multiple={multiple}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <button type="button" className="btn" aria-describedby={describedBy} onClick={() => input.current?.click()}>
        {label}
      </button>
    </>
  );
}
