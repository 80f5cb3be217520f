/** The very PDF, shown by the browser's own viewer; where there is none, the link beside it remains. */
export default function PdfPreview({ src, title }: { readonly src: string; readonly title: string }) {
  return (
    <div className="pdf-frame">
      <object data={`${src}#toolbar=0&navpanes=0&view=FitH`} type="application/pdf" className="pdf" aria-label={title}>
        <p className="note">
          这个浏览器不能直接显示 PDF，请<a href={src}>打开</a>或下载。
        </p>
      </object>
    </div>
  );
}
