export const INTEGRITY_HELP = `核对八条承诺（不改动任何数据），退出码 0 表示没有违反

用法：npx tongzheng integrity [--only 1,3] [--region 420500] [--json]

  --only     只查这几条
  --region   只查这个统筹区，它须有参保单位；默认是库里的每一个
  --json     每个统筹区一行 JSON 对象

查哪个库：DATABASE_URL；没有时查 TONGZHENG_DATA（默认 ./data）里正在运行的或已停的内嵌数据库。
`;
