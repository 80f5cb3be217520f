export const PLAY_HELP = `演练故事：通过真实的 HTTP 接口演出 .story 文件，逐步说明预期什么、得到什么。

用法：npx tongzheng play [选项] 文件…

  --url 地址       在正在运行的经办端上演（默认：自带一对程序和一次性数据库）
  --tax-url 地址   与 --url 同用，税务端的地址
  --kill           每两步之间强行结束两个程序（kill -9），起来后接着演
  --quiet          只打印失败的步骤和小结

退出码是失败的故事数。怎样写故事见 docs/stories.md。
`;
