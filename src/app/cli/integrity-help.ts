export const INTEGRITY_HELP = `核对八条承诺（不改动任何数据），退出码 0 表示没有违反

用法：npx tongzheng integrity [--only 1,3] [--region 420500] [--json]

  --only     只查这几条
  --region   统筹区，默认 TONGZHENG_REGION 或 420500
  --json     输出一个 JSON 对象

查哪个库：DATABASE_URL；没有时查 TONGZHENG_DATA（默认 ./data）里正在运行的或已停的内嵌数据库。
`;
