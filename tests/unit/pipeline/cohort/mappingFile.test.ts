import { describe, expect, it } from 'vitest';
import { proposeColumns } from '../../../../src/pipeline/cohort/columns.ts';
import { MappingFileError, readMapping, writeMapping } from '../../../../src/pipeline/cohort/mappingFile.ts';
import { readTable } from '../../../../src/pipeline/cohort/table.ts';

const table = readTable('id,time,status,sex,creatinine\na,2,alive,M,1.1\nb,3,scd,F,1.3');
const mapping = proposeColumns(table);

const fault = (text: string): unknown => {
  try {
    readMapping(text, table);
    return null;
  } catch (error) {
    return error instanceof MappingFileError ? error.reason : error;
  }
};

describe('a file of columns', () => {
  it('says again what it was written from, to a table with further columns too', () => {
    expect(readMapping(writeMapping(mapping), table)).toEqual(mapping);
    const wider = readTable('id,time,status,sex,creatinine,note\na,2,alive,M,1.1,x');
    expect(readMapping(writeMapping(mapping), wider)).toEqual({ ...mapping, note: { use: 'ignored' } });
  });

  it('that is none, is of another version, was broken or names other columns is refused with the reason', () => {
    expect(fault('id,time')).toEqual({ code: 'noMapping' });
    expect(fault('{}')).toEqual({ code: 'noMapping' });
    expect(fault(writeMapping(mapping).replace('"version": 1', '"version": 2'))).toEqual({
      code: 'otherMappingVersion',
      version: 2,
    });
    expect(fault(writeMapping(mapping).replace('"none"', '"maybe"'))).toEqual({ code: 'noMapping' });
    expect(fault(writeMapping({ ...mapping, exit: { use: 'time', unit: 'days' } }))).toEqual({
      code: 'columnMissing',
      column: 'exit',
    });
  });
});
