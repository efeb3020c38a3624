import org.apache.kafka.common.compress.*;
import org.apache.kafka.common.record.*;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.utils.Utils;
import java.nio.ByteBuffer;
import java.nio.file.*;
import java.util.*;

public class Golden {
  static String hex(ByteBuffer b){ if(b==null) return "null"; byte[] x=new byte[b.remaining()]; b.duplicate().get(x); return "\""+HexFormat.of().formatHex(x)+"\""; }
  static String hexb(byte[] b){ return b==null?"null":"\""+HexFormat.of().formatHex(b)+"\""; }
  static Path out;
  static void write(String name, ByteBuffer buf) throws Exception {
    byte[] bytes = new byte[buf.remaining()]; buf.duplicate().get(bytes);
    StringBuilder j=new StringBuilder("{\"bytes\":"+hexb(bytes)+",\n\"records\":[");
    boolean first=true;
    for (RecordBatch batch : MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).batches()) {
      batch.ensureValid();
      for (org.apache.kafka.common.record.Record r : batch) {
        j.append(first?"\n":",\n"); first=false;
        j.append("{\"offset\":"+r.offset()+",\"timestampMs\":"+r.timestamp()+",\"key\":"+hex(r.key())+",\"value\":"+hex(r.value())+",\"headers\":[");
        for(int i=0;i<r.headers().length;i++){ Header h=r.headers()[i]; if(i>0) j.append(","); j.append("["+hexb(h.key().getBytes("UTF-8"))+","+hexb(h.value())+"]"); }
        j.append("],\"control\":"+batch.isControlBatch()+"}");
      }
    }
    j.append("\n]}\n");
    Files.writeString(out.resolve(name+".json"), j.toString());
  }
  static void fill(MemoryRecordsBuilder b, boolean headers, boolean gaps, long base) {
    Random rnd=new Random(7); long ts=1700000000000L; long off=base;
    byte[] all=new byte[256]; for(int i=0;i<256;i++) all[i]=(byte)i;
    for(int i=0;i<40;i++){
      byte[] key = i%3==0?null: ("key-"+(i%5)).getBytes();
      byte[] value = i==7?null: i==8?new byte[0]: i==9?all: ("Bier bought at '"+(ts+i*1000L)+"' "+"x".repeat(i*3)).getBytes();
      long t = i==5? ts-5000 : i==6 ? ts+100_000_000_000L : ts+i*10L;
      Header[] h = !headers? new Header[0] : i%4==0? new Header[]{new RecordHeader("a","b".getBytes()), new RecordHeader("\u00fc", (byte[])null), new RecordHeader("e", new byte[0])}: new Header[0];
      off += (gaps && i>0) ? 1+rnd.nextInt(4) : (i>0?1:0);
      if(headers) b.appendWithOffset(off,t,key,value,h); else b.appendWithOffset(off,t,key,value);
    }
  }
  static ByteBuffer build(byte magic, CompressionType type, TimestampType tt, long base, long lat, long pid, short epoch, int seq, boolean txn, boolean gaps) {
    MemoryRecordsBuilder b=new MemoryRecordsBuilder(ByteBuffer.allocate(1<<16), magic, Compression.of(type).build(), tt, base, lat, pid, epoch, seq, txn, false, 3, 1<<16);
    fill(b, magic>=2, gaps, base); return b.build().buffer();
  }
  public static void main(String[] a) throws Exception {
    out=Path.of(a[0]); Files.createDirectories(out);
    for (byte magic=0; magic<=2; magic++) for (CompressionType t : CompressionType.values()) {
      if (t==CompressionType.ZSTD && magic<2) continue;
      write("magic"+magic+"-"+t.name, build(magic,t,TimestampType.CREATE_TIME,1000,-1,-1,(short)-1,-1,false,false));
    }
    write("magic1-gzip-log-append-time", build((byte)1,CompressionType.GZIP,TimestampType.LOG_APPEND_TIME,77,1700000009999L,-1,(short)-1,-1,false,true));
    write("magic2-log-append-time", build((byte)2,CompressionType.NONE,TimestampType.LOG_APPEND_TIME,77,1700000009999L,-1,(short)-1,-1,false,true));
    write("magic2-offset-beyond-2-pow-40", build((byte)2,CompressionType.NONE,TimestampType.CREATE_TIME,(1L<<40)+5,-1,12345678901L,(short)3,99,false,true));
    // transactions: producer 1 aborted from 0, producer 2 committed
    ByteBuffer all=ByteBuffer.allocate(1<<16); long off=0;
    long[] pids={1,2}; 
    for(int round=0;round<2;round++) for(long pid:pids){
      MemoryRecordsBuilder b=new MemoryRecordsBuilder(ByteBuffer.allocate(4096),(byte)2,Compression.NONE,TimestampType.CREATE_TIME,off,-1,pid,(short)0,round*2,true,false,0,4096);
      b.append(1700000000000L,null,("p"+pid+"-r"+round+"-a").getBytes()); b.append(1700000000001L,null,("p"+pid+"-r"+round+"-b").getBytes()); off+=2; all.put(b.build().buffer());
    }
    for(long pid:pids){ EndTransactionMarker m=new EndTransactionMarker(pid==1?ControlRecordType.ABORT:ControlRecordType.COMMIT,0);
      all.put(MemoryRecords.withEndTransactionMarker(off++,1700000000002L,0,pid,(short)0,m).buffer()); }
    MemoryRecordsBuilder b=new MemoryRecordsBuilder(ByteBuffer.allocate(4096),(byte)2,Compression.NONE,TimestampType.CREATE_TIME,off,-1,1,(short)0,4,true,false,0,4096);
    b.append(1700000000003L,null,"p1-later".getBytes()); all.put(b.build().buffer()); off++;
    all.put(MemoryRecords.withEndTransactionMarker(off++,1700000000004L,0,1,(short)0,new EndTransactionMarker(ControlRecordType.COMMIT,0)).buffer());
    all.flip(); write("magic2-transactions", all);
    StringBuilder m=new StringBuilder("[\n"); Random r=new Random(42);
    for(int i=0;i<40;i++){ byte[] k=new byte[i<20?i:r.nextInt(60)]; r.nextBytes(k); m.append((i>0?",\n":"")+"["+hexb(k)+","+Utils.murmur2(k)+","+(Utils.toPositive(Utils.murmur2(k))%7)+"]"); }
    m.append("\n]\n"); Files.writeString(out.resolve("murmur2.json"), m.toString());
  }
}
