package dev.lend.linux;

import java.util.SortedMap;

/** The controllers of a captured host: a file of its devices is nothing that could be asked. */
public final class UnaskedNvme implements Nvme {
  @Override
  public Primary primary(String name) throws NvmeRefusal {
    throw NvmeRefusal.lacking(name);
  }

  @Override
  public SortedMap<Integer, Secondary> secondaries(String name) throws NvmeRefusal {
    throw NvmeRefusal.lacking(name);
  }

  @Override
  public void change(String name, NvmeChange change) throws NvmeRefusal {
    throw NvmeRefusal.lacking(name);
  }
}
