import { describe, expect, it } from 'vitest'
import { HeaderReader } from './header.ts'

const reader = new HeaderReader()
const message = (line: string) => {
  const bytes = Buffer.from(line)
  return bytes.subarray(reader.messageStart(bytes, 0, bytes.length)).toString()
}

describe('the message of a log line starts after its header', () => {
  it.each([
    ['syslog', 'Jun 14 15:16:01 host sshd(pam_unix)[19939]: check pass; user unknown', 'check pass; user unknown'],
    ['syslog with a priority', '<34>Oct 11 22:14:15 host su: failed for root', 'failed for root'],
    ['syslog with ISO time', '2024-01-01T12:00:00.123456+01:00 host systemd[1]: Started foo.', 'Started foo.'],
    ['a program whose name has blanks', 'Jul  1 09:00:55 host Google Chrome Helper[43]: fell over', 'fell over'],
    ['log4j with thread', '2015-10-18 18:01:47,978 INFO [main] org.example.App: Executing', 'Executing'],
    [
      'log4j between dashes',
      '2015-07-29 17:41:44,747 - INFO  [Peer[id=1]/0:0:2181:Fast@774] - time out: 3200',
      'time out: 3200',
    ],
    ['compact date and time', '081109 203615 148 INFO dfs.DataNode$Responder: block 7 gone', 'block 7 gone'],
    ['Python logging', '2024-01-01 12:00:00,123 - my.module - INFO - message', 'message'],
    ['Spring Boot', '2024-01-01 12:00:00.123  INFO 1234 --- [main] c.e.Demo: Started Demo', 'Started Demo'],
    [
      'a tag with a label',
      'Jul  1 09:00:55 host launchd[1] (com.example.job[12513]): Could not find it',
      'Could not find it',
    ],
    ['a tag with a level', 'Jul  1 09:00:55 phone SpringBoard[60] <Notice>: woke up', 'woke up'],
    ['logcat with padding', '03-17 16:13:38.811  1702  2395 I art     : collected', 'collected'],
    ['logcat', '03-17 16:13:38.811  1702  2395 D WindowManager: relayout done', 'relayout done'],
    ['Apache errors', '[Sun Dec 04 04:47:44 2005] [error] child died', 'child died'],
    ['kernel', '[   12.345678] usb 1-1: new device', 'new device'],
    ['fields between bars', '20171223-22:15:29:606|Step|30002312|changed 3579', 'changed 3579'],
    ['a padded component', '2016-09-28 04:30:30, Info                  CBS    Loaded it', 'Loaded it'],
    [
      'an alert flag, epoch, node and two times',
      '- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.675872 R02-M1 RAS KERNEL INFO parity error',
      'parity error',
    ],
    ['a level alone', 'WARN: disk nearly full', 'disk nearly full'],
  ])('%s', (_, line, expected) => {
    expect(message(line)).toBe(expected)
  })

  it.each(['session opened at 12:30:11 by root', 'error in line 12', '', '   ', '{"level":"info","msg":"x"}'])(
    'keeps all of %j, which has none',
    (line) => {
      expect(message(line).trim()).toBe(line.trim())
    },
  )
})
