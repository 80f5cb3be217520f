export const GENERATE_HELP = `生成一座虚构的城市，载入空的经办端数据库：单位、人员、工资、若干年的已缴月份，并写下真相文件

用法：npx tongzheng generate --people 20000 [--seed 1] [--years 2] [--through 2023-03] [--truth 文件] [--check 1000]
      npx tongzheng generate --people 20000 --only-files 目录

  --people      参保人数，最多 5000000
  --seed        种子，默认 1；种子和参数相同，城市逐字节相同
  --years       历史有几年，默认 2，最多 10
  --through     历史的最后一个月，默认业务时间的上个月
  --region      统筹区，默认 TONGZHENG_REGION 或 420500
  --truth       真相文件（每行一个 JSON），默认 city-truth.ndjson；表里没有的和单位办错的都在这里；写完才有这个名字
  --check       载入后抽这么多人，用另一套照条文直写的算法逐分核对
  --only-files  不碰数据库，只把城市写成目录里的 city.ndjson 和 truth.ndjson

载入哪个库：DATABASE_URL；没有时是 TONGZHENG_DATA（默认 ./data）里的内嵌数据库。已有单位、人员或办件的库不载入。
政策没有公布的月份按最近一次公布的数值叠加测试参数。姓名、证件号码、单位名称都是虚构的。
`;
