export const POLICY_HELP = `用法：npx tongzheng policy <子命令> [参数]

  show      某地某日执行的全部参数，含从上级继承的
            --region 420500  --on 2026-11-21（默认今天）  --key 基数（名称或键名里的字）
  diff      两地或两个时间有什么不同：policy diff 420500@2022-09 420500@2025-01；policy diff 420500 140100
  expiring  几个月内到期的参数，接不上的标出   --months 12  --from 2026-11-21  --region 420500
  check     核对政策文件：写法、起止、重叠、出处；有一处不对退出码为 1

每个子命令都可加 --json。地区是六位行政区划代码；湖北三个基数档为 420000.1、420000.2、420000.3。
`;
